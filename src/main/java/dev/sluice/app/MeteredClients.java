package dev.sluice.app;

import dev.sluice.kafka.ClientListener;
import dev.sluice.metrics.MetricsRegistry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Binds the meters of every Kafka client that is made. */
record MeteredClients(MetricsRegistry metrics) implements ClientListener {

  @Override
  public void created(Consumer<?, ?> consumer) {
    metrics.bind(consumer);
  }

  @Override
  public void created(Producer<?, ?> producer) {
    metrics.bind(producer);
  }
}
