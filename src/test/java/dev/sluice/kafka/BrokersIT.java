package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.sluice.testing.TestBroker;
import org.junit.jupiter.api.Test;

final class BrokersIT {

  @Test
  void isContentOnceABrokerAnswers() {
    assertDoesNotThrow(() -> Brokers.requireReachable(TestBroker.shared().client()));
  }
}
