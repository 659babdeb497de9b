package dev.sluice.app.config;

import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** When a micro-batch closes. */
public record BatchSettings(int maxExamples, int maxTokens, Duration linger) {

  private static final String MAX_EXAMPLES = "batch.max.examples";
  private static final String MAX_TOKENS = "batch.max.tokens";
  private static final String LINGER = "batch.linger";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Micro-batches")
        .integer(
            MAX_EXAMPLES,
            16,
            NumberBounds.between(1, 4096),
            Importance.HIGH,
            "examples",
            "A micro-batch of this many examples is full.")
        .integer(
            MAX_TOKENS,
            8192,
            NumberBounds.between(1, 1_000_000),
            Importance.HIGH,
            "tokens",
            "A micro-batch grows to at most this many tokens; a longer example gets one of its"
                + " own.")
        .duration(
            LINGER,
            "2s",
            DurationBounds.between("0s", "1h"),
            Importance.MEDIUM,
            "How long the first example of a micro-batch waits for others.");
  }

  static BatchSettings from(Values values) {
    return new BatchSettings(
        values.integer(MAX_EXAMPLES), values.integer(MAX_TOKENS), values.duration(LINGER));
  }
}
