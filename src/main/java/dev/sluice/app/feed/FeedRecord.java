package dev.sluice.app.feed;

import org.jspecify.annotations.Nullable;

/**
 * A record as the feed sends it.
 *
 * @param key the example's id; a repeated key is a duplicate
 * @param value an example in JSON v1 unless {@code bad}
 * @param task what the example asks, or null if {@code bad}
 * @param bad whether ingest or the trainer must reject it
 */
@SuppressWarnings("ArrayRecordComponent") // a Kafka value; nobody compares or prints feed records
public record FeedRecord(String key, byte[] value, @Nullable Task task, boolean bad) {
  @Override
  public String toString() {
    return "FeedRecord[%s, %d bytes]".formatted(key, value.length);
  }
}
