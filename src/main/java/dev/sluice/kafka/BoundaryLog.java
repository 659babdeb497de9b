package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.Boundary;
import dev.sluice.serde.BoundaryRecord;
import dev.sluice.serde.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where linger cut batches of one adapter. A boundary is on the topic before its batch is trained,
 * so whoever trains these examples again cuts there too, and gets the same bytes.
 *
 * <p>A zombie must not add to it once its successor has read it: the two would go on from different
 * cuts. So each boundary is a transaction of its own, under a transactional id that only boundaries
 * use: a successor initialises it, which aborts what a zombie left open and refuses all that it
 * sends later, and only then reads. What lies on the topic is thus in the order of the trainers'
 * lives, and of two boundaries for one batch the later counts. The id is not the checkpoints': a
 * producer has one transaction at a time, and a boundary must not wait for megabytes of weights.
 *
 * <p>One thread.
 */
final class BoundaryLog implements AutoCloseable {

  /** What is read at first, from the end: more than a checkpoint's steps, with their markers. */
  private static final long LOOK_BACK = 1000;

  private final Map<String, Object> client;
  private final String adapter;
  private final TopicPartition partition;
  private final Producer<byte[], byte[]> producer;

  /** Fences every earlier trainer of this adapter. */
  BoundaryLog(Map<String, Object> client, TopicNames topics, String adapter, int partition) {
    this.client = Map.copyOf(client);
    this.adapter = adapter;
    this.partition = new TopicPartition(topics.boundaries(), partition);
    this.producer =
        Clients.transactionalProducer(
            client, topics.prefix() + ".trainer." + partition + ".boundaries");
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * The boundaries of batches that begin at {@code offset} or later, oldest first.
   *
   * <p>It reads back from the end, further and further, until what it reads begins with an older
   * one: the topic grows for ever, and a restart needs no more than the last checkpoint's interval.
   */
  List<Boundary> from(long offset) {
    try (CommittedReader reader = new CommittedReader(client, partition)) {
      for (long back = LOOK_BACK; ; back *= 4) {
        boolean all = reader.seekBack(back);
        List<Boundary> boundaries =
            reader.readToEnd().stream()
                .map(row -> BoundaryRecord.read(row.value()).boundary())
                .toList();
        if (all || (!boundaries.isEmpty() && boundaries.get(0).firstOffset() < offset)) {
          return boundaries.stream().filter(b -> b.firstOffset() >= offset).toList();
        }
      }
    }
  }

  /**
   * Returns once the boundary is on the topic for good.
   *
   * @throws AdapterTakenOverException if another trainer has begun
   */
  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction fails if the send did
  void write(BoundaryRecord boundary) {
    try {
      producer.beginTransaction();
      producer.send(
          new ProducerRecord<>(
              partition.topic(), partition.partition(), adapter.getBytes(UTF_8), boundary.write()));
      producer.commitTransaction();
    } catch (KafkaException e) {
      if (Fencing.isFenced(e)) {
        throw new AdapterTakenOverException(adapter, e);
      }
      throw e;
    }
  }

  Producer<byte[], byte[]> producer() {
    return producer;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
