package dev.sluice.app.feed;

import java.time.Duration;
import java.time.Instant;

/**
 * What a feed sends. The same settings give the same bytes.
 *
 * @param seed decides every draw, and every id
 * @param adapter the adapter that the examples are for
 * @param badShare share of records that must be rejected, from 0 to 1
 * @param duplicateShare share of records that repeat an earlier one, from 0 to 1
 * @param driftAfter number of records before the mix of tasks changes; {@link #NO_DRIFT} for never
 * @param start event time of the first record
 * @param interval event time between records, at least a millisecond
 */
public record FeedSettings(
    long seed,
    String adapter,
    double badShare,
    double duplicateShare,
    long driftAfter,
    Instant start,
    Duration interval) {

  public static final long NO_DRIFT = Long.MAX_VALUE;

  public FeedSettings {
    require(!adapter.isEmpty(), "adapter must not be empty");
    require(isShare(badShare), "badShare must be from 0 to 1 but was " + badShare);
    require(
        isShare(duplicateShare), "duplicateShare must be from 0 to 1 but was " + duplicateShare);
    require(
        badShare + duplicateShare <= 1,
        "badShare and duplicateShare must add up to at most 1 but gave "
            + (badShare + duplicateShare));
    require(driftAfter >= 0, "driftAfter must be at least 0 but was " + driftAfter);
    require(interval.toMillis() >= 1, "interval must be at least 1 ms but was " + interval);
  }

  /** A feed without drift: 2 % bad records, 1 % duplicates, an event every second. */
  public static FeedSettings of(long seed, String adapter, Instant start) {
    return new FeedSettings(seed, adapter, 0.02, 0.01, NO_DRIFT, start, Duration.ofSeconds(1));
  }

  public FeedSettings withBadShare(double share) {
    return new FeedSettings(seed, adapter, share, duplicateShare, driftAfter, start, interval);
  }

  public FeedSettings withDuplicateShare(double share) {
    return new FeedSettings(seed, adapter, badShare, share, driftAfter, start, interval);
  }

  public FeedSettings withDriftAfter(long records) {
    return new FeedSettings(seed, adapter, badShare, duplicateShare, records, start, interval);
  }

  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
