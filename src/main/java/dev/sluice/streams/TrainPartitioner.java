package dev.sluice.streams;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends each example to the partition of its adapter. */
final class TrainPartitioner implements StreamPartitioner<String, RoutedExample> {

  /**
   * @throws IllegalStateException if the train topic lacks the partition: sending would time out
   *     and be tried again for ever
   */
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String id, RoutedExample example, int partitions) {
    if (example.partition() >= partitions) {
      throw new IllegalStateException(
          "an adapter is registered for partition %d but %s has %d partitions; add partitions to it"
              .formatted(example.partition(), topic, partitions));
    }
    return Optional.of(Set.of(example.partition()));
  }
}
