package dev.sluice.kafka;

import static dev.sluice.kafka.TopicFinding.Severity.OK;
import static dev.sluice.kafka.TopicFinding.Severity.WARN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokerFeaturesTest {

  @Test
  void isContentWithWhatAFreshClusterHasAndWithMore() {
    assertEquals(OK, BrokerFeatures.check(Map.of("transaction.version", 2)).severity());
    assertEquals(OK, BrokerFeatures.check(Map.of("transaction.version", 3)).severity());
  }

  @Test
  void warnsOfTheOldTransactionProtocol() {
    var finding = BrokerFeatures.check(Map.of("transaction.version", 1));

    assertEquals(WARN, finding.severity());
    assertTrue(finding.message().contains("upgrade --feature transaction.version=2"));
  }

  @Test
  void takesAFeatureThatIsNotNamedForOff() {
    assertEquals(WARN, BrokerFeatures.check(Map.of()).severity());
  }
}
