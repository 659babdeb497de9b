package dev.sluice.kafka;

import java.util.Map;

/** Judges the features that a cluster has switched on. */
final class BrokerFeatures {

  /** 2: every transaction has its own epoch, so that a late write cannot slip into the next one. */
  private static final String TRANSACTIONS = "transaction.version";

  private static final int TRANSACTIONS_WANTED = 2;

  private BrokerFeatures() {}

  /**
   * @param levels finalized level by feature; a feature that is absent is off
   */
  static TopicFinding check(Map<String, Integer> levels) {
    int transactions = levels.getOrDefault(TRANSACTIONS, 0);
    if (transactions >= TRANSACTIONS_WANTED) {
      return TopicFinding.ok(TopicFinding.BROKERS, TRANSACTIONS + " " + transactions);
    }
    return TopicFinding.warn(
        TopicFinding.BROKERS,
        ("%s is %d: a delayed write of a dead trainer can leave a transaction open and hold up"
                + " readers; on brokers of Kafka 4.0 or later run: kafka-features.sh upgrade"
                + " --feature %1$s=%d")
            .formatted(TRANSACTIONS, transactions, TRANSACTIONS_WANTED));
  }
}
