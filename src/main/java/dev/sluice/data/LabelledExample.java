package dev.sluice.data;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A labelled financial example as the topics carry it, validated.
 *
 * @param id unique within its adapter; a repeated id is a duplicate
 * @param adapter the lineage that it trains
 * @param task what is asked, for accuracy by task (for example {@code sentiment})
 * @param source the feed that it came from
 * @param eventTime when the event happened, if known
 * @param labelTime when the label was given, if known
 * @param weight factor of its target tokens in the loss, above 0
 */
public record LabelledExample(
    String id,
    String adapter,
    String task,
    ExampleText text,
    String source,
    @Nullable Instant eventTime,
    @Nullable Instant labelTime,
    double weight) {

  /** The task of examples that name none. */
  public static final String DEFAULT_TASK = "default";

  /** The source of examples that name none. */
  public static final String UNKNOWN_SOURCE = "unknown";

  public LabelledExample {
    require(!id.isEmpty(), "id must not be empty");
    require(!adapter.isEmpty(), "adapter must not be empty");
    require(Double.isFinite(weight) && weight > 0, "weight must be above 0 but was " + weight);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
