package dev.sluice.app;

import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Words for what goes wrong between here and Kafka, with the setting to look at. */
final class KafkaFailures {

  private KafkaFailures() {}

  /**
   * @param servers empty if unknown
   */
  static Optional<String> inWords(Throwable thrown, String servers) {
    String kafka = servers.isEmpty() ? "Kafka" : "Kafka at " + servers;
    String reason = ": " + Failure.messageOf(thrown);
    if (thrown instanceof TimeoutException) {
      return Optional.of("cannot reach " + kafka + reason + "; check kafka.bootstrap.servers");
    }
    if (thrown instanceof AuthenticationException) {
      return Optional.of(
          "cannot log in to "
              + kafka
              + reason
              + "; check kafka.properties.security.protocol, sasl.* and ssl.* beside it");
    }
    if (thrown instanceof AuthorizationException) {
      return Optional.of(
          kafka + " does not allow this" + reason + "; give the user the ACL that is missing");
    }
    if (thrown instanceof ConfigException) {
      return Optional.of(
          "cannot connect to "
              + kafka
              + reason
              + "; check kafka.bootstrap.servers and kafka.properties.*");
    }
    return Optional.empty();
  }
}
