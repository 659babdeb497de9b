package dev.sluice.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Holds a checkpoint back where all its pieces are sent and its manifest is not. */
final class PublishGate {

  private static final String KEY = "test.publish.gate";

  /** For a trainer that would wait for ever, because the test's turn never comes. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  /** What a client needs to meet this gate. */
  Map<String, Object> client() {
    return Map.of(
        ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, List.of(Interceptor.class.getName()), KEY, this);
  }

  void open() {
    open.countDown();
  }

  /** Returns when a checkpoint stands before the gate. */
  void awaitCheckpoint() throws InterruptedException {
    if (!reached.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("no checkpoint is being published");
    }
  }

  private void pass() {
    reached.countDown();
    try {
      if (!open.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Consumers and producers share their settings, so this must be an interceptor for both. */
  public static final class Interceptor
      implements ProducerInterceptor<byte[], byte[]>, ConsumerInterceptor<byte[], byte[]> {

    private PublishGate gate;

    @Override
    public void configure(Map<String, ?> settings) {
      gate = (PublishGate) settings.get(KEY);
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
      if (record.topic().endsWith(".checkpoints")) {
        gate.pass();
      }
      return record;
    }

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }
}
