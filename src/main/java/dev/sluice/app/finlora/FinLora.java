package dev.sluice.app.finlora;

import dev.sluice.app.config.InvalidConfigurationException;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.finlora.FinLoraKey.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A FinLoRA configuration in Sluice's terms.
 *
 * @param settings by key of Sluice's configuration; they stand between its defaults and its file
 * @param keys all that are in the file, then FinLoRA's defaults for what is not
 */
public record FinLora(Map<String, String> settings, List<FinLoraKey> keys) {

  /** No FinLoRA configuration. */
  public static final FinLora NONE = new FinLora(Map.of(), List.of());

  public FinLora {
    settings = Map.copyOf(settings);
    keys = List.copyOf(keys);
  }

  /**
   * Reads one configuration of a file, YAML or JSON.
   *
   * @param name which, if the file has several
   * @throws InvalidConfigurationException with all problems together
   */
  public static FinLora read(Path file, Optional<String> name) {
    List<String> problems = new ArrayList<>();
    FinLoraRun run = new FinLoraRun(FinLoraFile.read(file).run(name), file, problems);
    Map<String, String> settings = new LinkedHashMap<>();
    List<FinLoraKey> keys = new ArrayList<>();
    for (String key : run.keys()) {
      Answer answer = FinLoraRules.apply(key, run);
      String before = answer.set() ? settings.put(answer.setting(), answer.value()) : null;
      if (before != null && !before.equals(answer.value())) {
        problems.add(
            "%s says %s=%s, but another key says %s; keep one (in %s)"
                .formatted(key, answer.setting(), answer.value(), before, file.getFileName()));
      }
      keys.add(answer.to(key, run.shown(key)));
    }
    if (keys.stream().allMatch(k -> k.outcome() == Outcome.UNKNOWN)) {
      problems.add("%s has no key of FinLoRA's that Sluice knows".formatted(file.getFileName()));
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems.stream().distinct().toList());
    }
    FinLoraRules.DEFAULTS.forEach(
        (key, answer) -> {
          if (settings.putIfAbsent(answer.setting(), answer.value()) == null) {
            keys.add(answer.to(key, ""));
          }
        });
    return new FinLora(settings, keys);
  }

  /** The keys, with those marked that the effective configuration has overridden. */
  public List<FinLoraKey> keysUnder(SluiceConfig effective) {
    SortedMap<String, String> values = effective.canonical();
    return keys.stream()
        .map(
            key ->
                effective.overridden().contains(key.setting())
                    ? key.overriddenBy(values.getOrDefault(key.setting(), ""))
                    : key)
        .toList();
  }
}
