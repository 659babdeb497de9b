package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Test
  void namesTheSettingWhenNobodyAnswers() throws IOException {
    // Bound but never accepted from as Kafka would: connections open and nothing comes back.
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String servers = "127.0.0.1:" + silent.getLocalPort();

      var failure = unreachable(Map.of("bootstrap.servers", servers));

      assertSays("kafka.bootstrap.servers=" + servers, failure);
      assertSays("within 1 s", failure);
    }
  }

  @Test
  void namesTheHostThatCannotBeResolved() {
    var failure = unreachable(Map.of("bootstrap.servers", "nowhere.invalid:9092"));

    assertSays("kafka.bootstrap.servers=nowhere.invalid:9092", failure);
  }

  private static BrokersUnreachableException unreachable(Map<String, Object> client) {
    return assertThrows(
        BrokersUnreachableException.class, () -> Brokers.requireReachable(client, PATIENCE));
  }
}
