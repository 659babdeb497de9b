package dev.sluice.kafka;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;

/** Compares a topic that exists with what Sluice wants of it. */
final class TopicCheck {

  private final TopicSpec spec;
  private final TopicDescription topic;
  private final Config config;
  private final int brokers;
  private final List<TopicFinding> findings = new ArrayList<>();

  /**
   * @param brokers how many the cluster has
   */
  TopicCheck(TopicSpec spec, TopicDescription topic, Config config, int brokers) {
    this.spec = spec;
    this.topic = topic;
    this.config = config;
    this.brokers = brokers;
  }

  /** Everything that is wrong, or one OK. */
  List<TopicFinding> findings() {
    partitions();
    replication();
    cleanupPolicy();
    timestampType();
    retention();
    maxMessageBytes();
    if (findings.isEmpty()) {
      findings.add(
          TopicFinding.ok(
              spec.name(),
              "%d partitions, %s"
                  .formatted(topic.partitions().size(), actual(CLEANUP_POLICY_CONFIG))));
    }
    return List.copyOf(findings);
  }

  private void partitions() {
    int actual = topic.partitions().size();
    if (actual < spec.minPartitions()) {
      error(
          ("has %d partitions but adapters.max is %d; lower adapters.max or run:"
                  + " kafka-topics.sh --alter --topic %s --partitions %2$d")
              .formatted(actual, spec.minPartitions(), spec.name()));
    }
  }

  private void replication() {
    int actual = topic.partitions().get(0).replicas().size();
    if (actual == 1 && brokers > 1) {
      warn(
          ("has one copy although the cluster has %d brokers: losing one loses its data; add"
                  + " replicas with kafka-reassign-partitions.sh")
              .formatted(brokers));
    }
  }

  private void cleanupPolicy() {
    if (differs(CLEANUP_POLICY_CONFIG)) {
      error(
          CLEANUP_POLICY_CONFIG
              + found(CLEANUP_POLICY_CONFIG)
              + ", so that records go that are needed or stay that are not; "
              + alter(CLEANUP_POLICY_CONFIG));
    }
  }

  private void timestampType() {
    if (differs(MESSAGE_TIMESTAMP_TYPE_CONFIG)) {
      error(
          MESSAGE_TIMESTAMP_TYPE_CONFIG
              + found(MESSAGE_TIMESTAMP_TYPE_CONFIG)
              + ", so that one record dated into the future ends the dedupe window; "
              + alter(MESSAGE_TIMESTAMP_TYPE_CONFIG));
    }
  }

  /**
   * Only where records are to stay for ever: a shorter retention elsewhere is the operator's
   * choice.
   */
  private void retention() {
    for (String setting : List.of(RETENTION_MS_CONFIG, RETENTION_BYTES_CONFIG)) {
      if (TopicLayout.FOREVER.equals(spec.settings().get(setting)) && differs(setting)) {
        warn(
            setting
                + found(setting)
                + ", so that records go from which adapters are trained again; "
                + alter(setting));
      }
    }
  }

  private void maxMessageBytes() {
    String wanted = spec.settings().get(MAX_MESSAGE_BYTES_CONFIG);
    if (wanted != null
        && Integer.parseInt(actual(MAX_MESSAGE_BYTES_CONFIG)) < Integer.parseInt(wanted)) {
      error(
          MAX_MESSAGE_BYTES_CONFIG
              + " is "
              + actual(MAX_MESSAGE_BYTES_CONFIG)
              + " but a chunk of a checkpoint needs at least "
              + wanted
              + "; "
              + alter(MAX_MESSAGE_BYTES_CONFIG));
    }
  }

  private boolean differs(String setting) {
    String wanted = spec.settings().get(setting);
    return wanted != null && !wanted.equals(actual(setting));
  }

  private String found(String setting) {
    return " is %s but must be %s".formatted(actual(setting), spec.settings().get(setting));
  }

  private String actual(String setting) {
    return config.get(setting).value();
  }

  private String alter(String setting) {
    return "run: kafka-configs.sh --alter --entity-type topics --entity-name %s --add-config %s=%s"
        .formatted(spec.name(), setting, spec.settings().get(setting));
  }

  private void warn(String message) {
    findings.add(TopicFinding.warn(spec.name(), message));
  }

  private void error(String message) {
    findings.add(TopicFinding.error(spec.name(), message));
  }
}
