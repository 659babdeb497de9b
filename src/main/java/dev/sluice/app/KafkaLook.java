package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.SluiceException;
import dev.sluice.kafka.AdapterProgress;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.BrokersUnreachableException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer would find on Kafka, from looking alone.
 *
 * @param reached whether a broker answered
 * @param progress null if the adapter has none, or it could not be read
 * @param problem why a trainer could not start, or null
 */
record KafkaLook(boolean reached, @Nullable AdapterProgress progress, @Nullable String problem) {

  static KafkaLook at(SluiceConfig config, boolean acceptReshape) {
    try {
      Brokers.requireReachable(config.kafkaClient());
    } catch (BrokersUnreachableException e) {
      return new KafkaLook(false, null, Failure.messageOf(e));
    }
    try {
      AdapterProgress progress =
          AdapterProgress.read(
              config.kafkaClient(), config.topics(), config.adaptersMax(), config.adapterName());
      Optional<String> obstacle = progress.obstacle(config.lora(), acceptReshape);
      return new KafkaLook(true, progress, obstacle.orElse(null));
    } catch (SluiceException | KafkaException e) {
      return new KafkaLook(true, null, Failure.of(e, config.bootstrapServers()).message());
    }
  }
}
