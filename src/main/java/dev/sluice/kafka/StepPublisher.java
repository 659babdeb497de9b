package dev.sluice.kafka;

import dev.sluice.evaluate.Prequential;
import dev.sluice.serde.StepRecord;
import dev.sluice.serde.TopicNames;
import dev.sluice.train.StepOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a record for every step, at once and outside the checkpoint's transaction: a watcher
 * sees the step now. If the trainer dies before the checkpoint, the replayed step has a higher
 * attempt.
 */
final class StepPublisher implements AutoCloseable {

  /** Examples of a task over which the record's recent accuracy is taken. */
  private static final int WINDOW = 100;

  private final String topic;
  private final String adapter;
  private final int partition;
  private final Clock clock;
  private final Producer<byte[], byte[]> producer;
  private final Prequential prequential = new Prequential(WINDOW);

  /** Written by the producer's thread. */
  private volatile @Nullable Exception failure;

  StepPublisher(
      Map<String, Object> client, TopicNames topics, String adapter, int partition, Clock clock) {
    this.topic = topics.steps();
    this.adapter = adapter;
    this.partition = partition;
    this.clock = clock;
    this.producer = Clients.producer(client);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps a failure
  void publish(long attempt, StepOutcome outcome) {
    requireSound();
    prequential.add(outcome.report().scores());
    byte[] value =
        StepRecord.write(
            adapter, partition, attempt, clock.instant(), outcome, prequential.byTask());
    producer.send(
        new ProducerRecord<>(topic, partition, adapter.getBytes(StandardCharsets.UTF_8), value),
        (metadata, exception) -> {
          if (exception != null) {
            failure = exception;
          }
        });
  }

  /** Waits until every record so far is acknowledged. */
  void flush() {
    producer.flush();
    requireSound();
  }

  Producer<byte[], byte[]> producer() {
    return producer;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }

  private void requireSound() {
    Exception cause = failure;
    if (cause != null) {
      throw new KafkaException("a step record could not be written to " + topic, cause);
    }
  }
}
