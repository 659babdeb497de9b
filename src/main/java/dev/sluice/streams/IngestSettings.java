package dev.sluice.streams;

import dev.sluice.serde.ExampleJson;
import java.time.Duration;

/**
 * What ingest lets through.
 *
 * @param maxBytes the largest example that is read, in bytes
 * @param dedupeWindow how long an id is remembered, by the broker's clock
 */
public record IngestSettings(ExampleJson.Defaults defaults, int maxBytes, Duration dedupeWindow) {

  public static final IngestSettings DEFAULT =
      new IngestSettings(
          ExampleJson.Defaults.NONE, ExampleJson.DEFAULT_MAX_BYTES, Duration.ofDays(7));

  public IngestSettings {
    if (dedupeWindow.toMillis() < 1) {
      throw new IllegalArgumentException(
          "the dedupe window must be at least 1 ms but was " + dedupeWindow);
    }
  }
}
