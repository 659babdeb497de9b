package dev.sluice.app.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Properties that go to every Kafka client as they are: {@code kafka.properties.<name>}. */
final class KafkaProperties {

  static final String PREFIX = "kafka.properties.";

  private static final List<String> SECRET_WORDS =
      List.of("password", "secret", "token", "jaas", "credential", "key");
  private static final String MASK = "[hidden]";

  private final SortedMap<String, String> byName = new TreeMap<>();

  KafkaProperties(Map<String, String> settings) {
    settings.forEach(
        (key, value) -> {
          if (isOne(key)) {
            byName.put(key.substring(PREFIX.length()), value);
          }
        });
  }

  static boolean isOne(String key) {
    return key.startsWith(PREFIX) && key.length() > PREFIX.length();
  }

  /** What is wrong with them, if anything is: the rest is for Kafka's clients to check. */
  Optional<String> problem() {
    return byName.containsKey("bootstrap.servers")
        ? Optional.of(
            "%sbootstrap.servers must not be set: use %s"
                .formatted(PREFIX, KafkaKeys.BOOTSTRAP_SERVERS))
        : Optional.empty();
  }

  /** By the names that Kafka's clients know. */
  Map<String, String> byName() {
    return byName;
  }

  /** By their full keys, without what may be a secret. */
  SortedMap<String, String> masked() {
    SortedMap<String, String> masked = new TreeMap<>();
    byName.forEach((name, value) -> masked.put(PREFIX + name, isSecret(name) ? MASK : value));
    return masked;
  }

  private static boolean isSecret(String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    return SECRET_WORDS.stream().anyMatch(lowerCase::contains);
  }
}
