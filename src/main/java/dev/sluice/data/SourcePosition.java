package dev.sluice.data;

/** Where a record stands in Kafka: topic, partition and offset. */
public record SourcePosition(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
