package dev.sluice.kafka;

import dev.sluice.data.SluiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads one partition from its start to its end, and later on from there.
 *
 * <p>The end is the high watermark. The last stable offset, which a committed reader takes for the
 * end, would not do: a transaction that somebody left open hides what was committed after it. For
 * use by one thread at a time.
 */
final class CommittedReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);

  /** 30 s without progress: longer than a dead writer's transaction of 10 s lives. */
  private static final int MAX_IDLE_POLLS = 60;

  private final TopicPartition partition;
  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;

  CommittedReader(Map<String, Object> client, TopicPartition partition) {
    this.partition = partition;
    this.consumer = Clients.consumer(client, Map.of());
    try {
      this.admin = Admin.create(client);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /**
   * Goes to {@code offsets} before the end, for reading on from there.
   *
   * @return whether that is the start
   */
  boolean seekBack(long offsets) {
    requireTopic();
    long start = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long from = Math.max(start, latest(IsolationLevel.READ_UNCOMMITTED) - offsets);
    consumer.seek(partition, from);
    return from == start;
  }

  /**
   * The committed records that were not read yet, oldest first, up to what is the end now.
   *
   * @throws SluiceException if the topic does not exist
   * @throws KafkaException if a transaction stays open
   */
  List<ConsumerRecord<byte[], byte[]>> readToEnd() {
    return readTo(latest(IsolationLevel.READ_UNCOMMITTED));
  }

  /** As {@link #readToEnd()}, for more records than memory may hold. */
  void readToEnd(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    readTo(latest(IsolationLevel.READ_UNCOMMITTED), sink);
  }

  /**
   * As {@link #readToEnd}, but stops where a transaction is open instead of waiting for its end.
   */
  List<ConsumerRecord<byte[], byte[]>> readToOpenTransaction() {
    return readTo(latest(IsolationLevel.READ_COMMITTED));
  }

  /** Whether anything was written since the last reading, committed or not. */
  boolean hasNews() {
    return latest(IsolationLevel.READ_UNCOMMITTED) > consumer.position(partition);
  }

  private List<ConsumerRecord<byte[], byte[]>> readTo(long end) {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    readTo(end, records::add);
    return records;
  }

  private void readTo(long end, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    int idlePolls = 0;
    for (long position = consumer.position(partition); position < end; ) {
      consumer.poll(POLL).records(partition).forEach(sink);
      long next = consumer.position(partition);
      idlePolls = next > position ? 0 : idlePolls + 1;
      position = next;
      if (idlePolls == MAX_IDLE_POLLS) {
        throw new KafkaException(
            "%s cannot be read from offset %d to its end at %d: a transaction on it stays open"
                .formatted(partition, position, end));
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }

  /** Asking a topic that does not exist for its end would be retried for a minute. */
  private void requireTopic() {
    String topic = partition.topic();
    try {
      KafkaFutures.get(admin.describeTopics(List.of(topic)).allTopicNames());
    } catch (UnknownTopicOrPartitionException e) {
      throw new SluiceException("topic " + topic + " does not exist; run: sluice topics create", e);
    }
  }

  /** The high watermark for uncommitted, the last stable offset for committed. */
  private long latest(IsolationLevel isolation) {
    requireTopic();
    var options = new ListOffsetsOptions(isolation);
    var latest = Map.of(partition, OffsetSpec.latest());
    return KafkaFutures.get(admin.listOffsets(latest, options).partitionResult(partition)).offset();
  }
}
