package dev.sluice.kafka;

import dev.sluice.serde.AlertRecord;
import dev.sluice.serde.TopicNames;
import dev.sluice.train.GradientAlert;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs an alert and publishes a record of it, at once. One that cannot be written is no reason to
 * stop training.
 */
final class AlertPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(AlertPublisher.class);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final AdapterIdentity identity;
  private final Clock clock;

  /**
   * @param producer stays its owner's to close
   */
  AlertPublisher(
      Producer<byte[], byte[]> producer, TopicNames topics, AdapterIdentity identity, Clock clock) {
    this.producer = producer;
    this.topic = topics.alerts();
    this.identity = identity;
    this.clock = clock;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback logs a failure
  void publish(long attempt, GradientAlert alert) {
    LOG.atWarn()
        .addKeyValue("adapter", identity.adapter())
        .addKeyValue("type", alert.kind().type())
        .addKeyValue("step", alert.step())
        .addKeyValue("gradientNormB", alert.norm())
        .addKeyValue("runningMedian", alert.median())
        .log("The gradient norm of B is far from its running median");
    producer.send(
        new ProducerRecord<>(
            topic,
            identity.partition(),
            identity.adapter().getBytes(StandardCharsets.UTF_8),
            AlertRecord.write(
                identity.adapter(), identity.partition(), attempt, clock.instant(), alert)),
        (metadata, exception) -> {
          if (exception != null) {
            LOG.atWarn()
                .setCause(exception)
                .addKeyValue("topic", topic)
                .log("An alert could not be written (sluice topics check)");
          }
        });
  }
}
