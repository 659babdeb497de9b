package dev.sluice.app.config;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Words for a key that does not exist. */
final class UnknownKey {

  private UnknownKey() {}

  /**
   * @param source where the key was found
   */
  static String message(String key, String source) {
    return "unknown configuration key '%s' (in %s): %s".formatted(key, source, advice(key));
  }

  private static String advice(String key) {
    Optional<String> nearest = nearest(key);
    if (nearest.isPresent()) {
      return "did you mean '" + nearest.get() + "'?";
    }
    return key.startsWith("kafka.")
        ? "properties of Kafka's clients are set as " + KafkaProperties.PREFIX + "<name>"
        : "'sluice config' lists all keys";
  }

  private static Optional<String> nearest(String key) {
    String wanted = dotted(key);
    return Declarations.keys().stream()
        .map(known -> known.name)
        .min(Comparator.comparingInt(known -> distance(wanted, known)))
        .filter(known -> distance(wanted, known) <= wanted.length() / 3);
  }

  /** To the whole key or to its last words: {@code rank} and {@code lora_rank} are both near. */
  private static int distance(String wanted, String known) {
    int distance = LevenshteinDistance.getDefaultInstance().apply(wanted, known);
    int dot = known.indexOf('.');
    return dot < 0 ? distance : Math.min(distance, distance(wanted, known.substring(dot + 1)));
  }

  private static String dotted(String key) {
    return key.replaceAll("([a-z])([A-Z])", "$1.$2")
        .replaceAll("[_-]", ".")
        .toLowerCase(Locale.ROOT);
  }
}
