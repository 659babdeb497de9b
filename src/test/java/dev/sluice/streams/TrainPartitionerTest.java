package dev.sluice.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainPartitionerTest {

  private final TrainPartitioner partitioner = new TrainPartitioner();
  private final RoutedExample example = new RoutedExample(3, new byte[0]);

  @Test
  void choosesThePartitionOfTheAdapter() {
    assertEquals(Optional.of(Set.of(3)), partitioner.partitions("sluice.train", "id", example, 4));
  }

  @Test
  void failsWhereTheTopicLacksThePartition() {
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () -> partitioner.partitions("sluice.train", "id", example, 3));

    assertEquals(
        "an adapter is registered for partition 3 but sluice.train has 3 partitions;"
            + " add partitions to it",
        thrown.getMessage());
  }
}
