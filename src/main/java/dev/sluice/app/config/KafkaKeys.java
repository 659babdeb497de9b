package dev.sluice.app.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** How to reach Kafka, and its topics. */
final class KafkaKeys {

  static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";
  static final String TOPICS_PREFIX = "topics.prefix";
  static final String TOPICS_REPLICATION = "topics.replication";

  private KafkaKeys() {}

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Kafka")
        .text(
            BOOTSTRAP_SERVERS,
            "localhost:9092",
            Requirement.addresses(),
            Importance.HIGH,
            "Brokers to connect to first; the others are learnt from them.")
        .text(
            TOPICS_PREFIX,
            "sluice",
            // A topic's name has at most 249 characters; this leaves room for what follows.
            Requirement.legalName(200),
            Importance.MEDIUM,
            "What stands before the dot in the name of every topic.")
        .integer(
            TOPICS_REPLICATION,
            -1,
            NumberBounds.between(1, Short.MAX_VALUE).or(-1),
            Importance.MEDIUM,
            "replicas",
            "Replication factor of the topics that Sluice creates; -1 for the broker's default.");
  }
}
