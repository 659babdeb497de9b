package dev.sluice.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;

/** The first thing that a command asks: is Kafka there? Clients on their own retry for minutes. */
public final class Brokers {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Brokers() {}

  /**
   * Returns once a broker has answered.
   *
   * @param client the settings that all clients share: {@code bootstrap.servers} and security
   * @throws BrokersUnreachableException if none answers within 10 s, or {@code
   *     default.api.timeout.ms} if that is less
   */
  public static void requireReachable(Map<String, Object> client) {
    Object own = client.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    Duration patience = own == null ? PATIENCE : Duration.ofMillis(Long.parseLong(own.toString()));
    requireReachable(client, patience.compareTo(PATIENCE) < 0 ? patience : PATIENCE);
  }

  static void requireReachable(Map<String, Object> client, Duration patience) {
    var settings = new HashMap<String, Object>(client);
    int millis = Math.toIntExact(patience.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    try (var admin = Admin.create(settings)) {
      KafkaFutures.get(admin.describeCluster().clusterId());
    } catch (AuthenticationException e) {
      throw new BrokersUnreachableException(
          "kafka.bootstrap.servers=%s refused this client (%s); check its security settings"
              .formatted(servers(client), e.getMessage()),
          e);
    } catch (KafkaException e) {
      throw new BrokersUnreachableException(
          ("no broker answered at kafka.bootstrap.servers=%s within %s s (%s); check that the"
                  + " address is right, that Kafka runs there and that the security protocol is"
                  + " the listener's")
              .formatted(servers(client), patience.toSeconds(), rootMessage(e)),
          e);
    }
  }

  private static Object servers(Map<String, Object> client) {
    return client.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "(not set)");
  }

  /** An address that cannot be resolved is named only by the innermost failure. */
  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return String.valueOf(root.getMessage());
  }
}
