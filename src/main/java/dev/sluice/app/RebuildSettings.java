package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that a version was trained with, from its manifest. Where Kafka is comes from
 * the user, and so does where the base model lies, if they say.
 *
 * @param own the user's
 * @param model in place of the manifest's {@code model.dir}, or null
 * @param start in place of the manifest's {@code adapter.start}, or null
 * @param anywhere whether to train on the user's device, whatever the manifest's was
 */
record RebuildSettings(
    SluiceConfig own, @Nullable String model, @Nullable Path start, boolean anywhere) {

  private static final String START = "adapter.start";

  private static final String SIGNING_KEY = "checkpoint.signing.key";

  /** What the user says whatever the manifest does. */
  private static final List<String> PLACES =
      List.of(
          "kafka.bootstrap.servers",
          "topics.prefix",
          "topics.replication",
          "adapters.max",
          "checkpoint.trusted.keys");

  /**
   * @throws CommandFailedException if the version began with an adapter that is not at hand
   */
  SluiceConfig of(Manifest manifest) {
    // Keys that the manifest lacks are younger than it: their defaults are what was done then.
    Map<String, String> settings =
        new TreeMap<>(SluiceConfig.load(Optional.empty(), Map.of()).canonical());
    manifest.configuration().forEach(settings::replace);
    PLACES.forEach(key -> settings.put(key, own.canonical().getOrDefault(key, "")));
    settings.put("adapter.name", manifest.adapter());
    if (model != null) {
      settings.put("model.dir", model);
    }
    settings.put(SIGNING_KEY, ""); // nothing is published, so nothing is signed
    settings.put(START, manifest.parent() == null ? start(manifest) : "");
    settings.putAll(machine(manifest.environment()));
    return own.with(settings);
  }

  /** What should be said before it is trained. */
  List<String> notes(Manifest manifest) {
    List<String> unknown =
        manifest.configuration().keySet().stream().filter(k -> !SluiceConfig.isKey(k)).toList();
    return unknown.isEmpty()
        ? List.of()
        : List.of(
            "%s was trained with keys that this Sluice does not know: %s"
                .formatted(manifest.id(), String.join(", ", unknown)));
  }

  private String start(Manifest manifest) {
    String then = manifest.configuration().getOrDefault(START, "");
    if (then.isEmpty()) {
      return "";
    }
    Path now = start == null ? Path.of(then) : start;
    if (!Files.isDirectory(now)) {
      throw new CommandFailedException(
          ("%s began with the adapter in %s (adapter.start), whose bytes are on no topic, and %s is"
                  + " not there; give a copy of it with --start DIR")
              .formatted(manifest.id(), then, now));
    }
    return now.toString();
  }

  /** What {@code auto} and 0 were when it was trained. */
  private Map<String, String> machine(Manifest.Environment environment) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("compute.threads", Integer.toString(environment.threads()));
    settings.put("compute.device", anywhere ? own.device() : environment.device());
    settings.put("compute.precision", environment.precision());
    settings.put("compute.quantization", environment.quantization());
    return settings;
  }
}
