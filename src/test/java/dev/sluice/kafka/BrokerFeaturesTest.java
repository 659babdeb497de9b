package dev.sluice.kafka;

import static dev.sluice.kafka.TopicFinding.Severity.ERROR;
import static dev.sluice.kafka.TopicFinding.Severity.OK;
import static dev.sluice.kafka.TopicFinding.Severity.WARN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BrokerFeaturesTest {

  @Test
  void isContentWithWhatAFreshClusterHas() {
    assertEquals(List.of(OK), severities(Map.of("transaction.version", 2, "group.version", 1)));
  }

  @Test
  void isContentWithMore() {
    assertEquals(List.of(OK), severities(Map.of("transaction.version", 3, "group.version", 2)));
  }

  @Test
  void warnsOfTheOldTransactionProtocol() {
    var finding = BrokerFeatures.check(Map.of("transaction.version", 1, "group.version", 1)).get(0);

    assertEquals(WARN, finding.severity());
    assertTrue(finding.message().contains("upgrade --feature transaction.version=2"));
  }

  @Test
  void refusesAClusterWithoutConsumerGroups() {
    var finding = BrokerFeatures.check(Map.of("transaction.version", 2, "group.version", 0)).get(0);

    assertEquals(ERROR, finding.severity());
    assertTrue(finding.message().contains("upgrade --feature group.version=1"));
  }

  @Test
  void takesAFeatureThatIsNotNamedForOff() {
    assertEquals(List.of(WARN, ERROR), severities(Map.of()));
  }

  private static List<TopicFinding.Severity> severities(Map<String, Integer> levels) {
    return BrokerFeatures.check(levels).stream().map(TopicFinding::severity).toList();
  }
}
