package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shorthands for tests of settings that need no file. */
final class Configurations {

  private Configurations() {}

  static SluiceConfig with(Map<String, String> settings) {
    return SluiceConfig.load(Optional.empty(), settings);
  }

  static SluiceConfig with(String key, String value) {
    return with(Map.of(key, value));
  }

  static List<String> problemsOf(Map<String, String> settings) {
    return assertThrows(InvalidConfigurationException.class, () -> with(settings)).problems();
  }
}
