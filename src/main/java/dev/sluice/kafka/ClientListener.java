package dev.sluice.kafka;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Hears of the Kafka clients that a loop makes, to bind their meters. */
public interface ClientListener {

  /** For a loop that nobody measures. */
  ClientListener NONE = new ClientListener() {};

  default void created(Consumer<?, ?> consumer) {}

  default void created(Producer<?, ?> producer) {}
}
