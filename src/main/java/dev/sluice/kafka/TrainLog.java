package dev.sluice.kafka;

import dev.sluice.data.SluiceException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * An adapter's partition of the train topic, for reading again what steps were made of. It belongs
 * to no group and commits nothing. One thread.
 */
final class TrainLog implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);

  /** Polls without a record: 30 s. */
  private static final int MAX_IDLE_POLLS = 60;

  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final Deque<ConsumerRecord<byte[], byte[]>> ahead = new ArrayDeque<>();
  private long next = -1;

  TrainLog(Map<String, Object> client, TopicPartition partition) {
    this.partition = partition;
    this.consumer =
        Clients.consumer(client, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"));
    consumer.assign(List.of(partition));
  }

  /**
   * The committed records from offset {@code first} to {@code last}, both included. Fastest when
   * ranges are asked for in the order of the log.
   *
   * @throws SluiceException if they are no longer on the topic, or never were
   */
  List<ConsumerRecord<byte[], byte[]>> read(long first, long last) {
    goTo(first, last);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int idlePolls = 0; ; ) {
      while (!ahead.isEmpty() && ahead.element().offset() <= last) {
        records.add(ahead.remove());
      }
      next = last + 1;
      if (!ahead.isEmpty() || consumer.position(partition) > last) {
        return records;
      }
      List<ConsumerRecord<byte[], byte[]>> polled = poll();
      ahead.addAll(polled);
      idlePolls = polled.isEmpty() ? idlePolls + 1 : 0;
      if (idlePolls == MAX_IDLE_POLLS) {
        throw new KafkaException(
            "%s cannot be read from offset %d to %d".formatted(partition, first, last));
      }
    }
  }

  TopicPartition partition() {
    return partition;
  }

  private void goTo(long first, long last) {
    if (next >= 0 && first >= next) {
      while (!ahead.isEmpty() && ahead.element().offset() < first) {
        ahead.remove();
      }
      if (!ahead.isEmpty() || consumer.position(partition) >= first) {
        return;
      }
    }
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (last >= end) {
      throw new SluiceException(
          ("%s ends at offset %d, but the manifest speaks of offset %d: it is not the topic that"
                  + " the adapter was trained from; see topics.prefix")
              .formatted(partition, end, last));
    }
    ahead.clear();
    consumer.seek(partition, first);
  }

  private List<ConsumerRecord<byte[], byte[]>> poll() {
    try {
      return consumer.poll(POLL).records(partition);
    } catch (OffsetOutOfRangeException e) {
      throw new SluiceException(
          ("offset %s of %s is no longer on the topic: what was trained from there on cannot be"
                  + " trained again; retention.ms=-1 keeps it (sluice topics check)")
              .formatted(e.offsetOutOfRangePartitions().get(partition), partition),
          e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
