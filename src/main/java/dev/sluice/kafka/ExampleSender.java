package dev.sluice.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Sends examples to a topic, keyed by their ids. One thread. */
public final class ExampleSender implements AutoCloseable {

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * @param client what all clients share: {@code bootstrap.servers} and security
   */
  public ExampleSender(Map<String, Object> client, String topic) {
    this.topic = topic;
    this.producer = Clients.producer(client);
  }

  /**
   * Hands a record over; returns before it is sent.
   *
   * @throws KafkaException if an earlier one could not be sent
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback keeps a failure
  public void send(String id, byte[] value) {
    requireSound();
    producer.send(
        new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value),
        (metadata, exception) -> {
          if (exception == null) {
            acknowledged.incrementAndGet();
          } else {
            failure.compareAndSet(null, exception);
          }
        });
  }

  /** Waits until all are acknowledged, and returns how many that are. */
  public long flush() {
    producer.flush();
    requireSound();
    return acknowledged.get();
  }

  @Override
  public void close() {
    producer.close();
  }

  private void requireSound() {
    Exception cause = failure.get();
    if (cause != null) {
      throw new KafkaException("a record could not be sent to " + topic, cause);
    }
  }
}
