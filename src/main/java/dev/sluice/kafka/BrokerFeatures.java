package dev.sluice.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Judges the features that a cluster has switched on. */
final class BrokerFeatures {

  /** 2: every transaction has its own epoch, so that a late write cannot slip into the next one. */
  private static final String TRANSACTIONS = "transaction.version";

  private static final int TRANSACTIONS_WANTED = 2;

  /** 1: the consumer group protocol, which the trainer's group uses. */
  private static final String GROUPS = "group.version";

  private static final int GROUPS_WANTED = 1;

  private BrokerFeatures() {}

  /**
   * @param levels finalized level by feature; a feature that is absent is off
   */
  static List<TopicFinding> check(Map<String, Integer> levels) {
    int transactions = levels.getOrDefault(TRANSACTIONS, 0);
    int groups = levels.getOrDefault(GROUPS, 0);
    var findings = new ArrayList<TopicFinding>();
    if (transactions < TRANSACTIONS_WANTED) {
      findings.add(
          TopicFinding.warn(
              TopicFinding.BROKERS,
              "%s is %d: a delayed write of a dead trainer can leave a transaction open and hold up readers; %s"
                  .formatted(
                      TRANSACTIONS, transactions, upgrade(TRANSACTIONS, TRANSACTIONS_WANTED))));
    }
    if (groups < GROUPS_WANTED) {
      findings.add(
          TopicFinding.error(
              TopicFinding.BROKERS,
              "%s is %d: the trainer cannot join its group with group.protocol=consumer; %s"
                  .formatted(GROUPS, groups, upgrade(GROUPS, GROUPS_WANTED))));
    }
    if (findings.isEmpty()) {
      findings.add(
          TopicFinding.ok(
              TopicFinding.BROKERS,
              "%s %d, %s %d".formatted(TRANSACTIONS, transactions, GROUPS, groups)));
    }
    return List.copyOf(findings);
  }

  private static String upgrade(String feature, int level) {
    return "on brokers of Kafka 4.0 or later run: kafka-features.sh upgrade --feature %s=%d"
        .formatted(feature, level);
  }
}
