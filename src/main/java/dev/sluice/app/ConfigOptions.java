package dev.sluice.app;

import dev.sluice.app.config.InvalidConfigurationException;
import dev.sluice.app.config.SluiceConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration: a {@code @Mixin}. */
public final class ConfigOptions {

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration, YAML.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration; may be repeated.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  private @Nullable SluiceConfig loaded;

  /**
   * The configuration, read the first time.
   *
   * @throws InvalidConfigurationException with all problems together
   */
  public SluiceConfig config() {
    return config(Map.of(), Map.of());
  }

  /**
   * The configuration with a command's own options, which win over everything.
   *
   * @throws InvalidConfigurationException with all problems together
   */
  @SafeVarargs
  final SluiceConfig config(Map<String, String>... more) {
    Map<String, String> own = new LinkedHashMap<>();
    for (Map<String, String> options : more) {
      own.putAll(options);
    }
    return config(Map.of(), own);
  }

  /**
   * The configuration on top of settings from elsewhere, and with a command's own options.
   *
   * @throws InvalidConfigurationException with all problems together
   */
  SluiceConfig config(Map<String, String> base, Map<String, String> more) {
    if (loaded == null) {
      overrides.putAll(more);
      loaded = SluiceConfig.load(base, Optional.ofNullable(file), overrides);
    }
    return loaded;
  }

  /** The configuration, if the command came so far as to read it. */
  Optional<SluiceConfig> loaded() {
    return Optional.ofNullable(loaded);
  }
}
