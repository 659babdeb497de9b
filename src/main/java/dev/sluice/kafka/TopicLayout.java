package dev.sluice.kafka;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;

import dev.sluice.serde.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sluice's topics: which there are and how they must be set.
 *
 * @param adaptersMax how many adapters there can be: the partitions of the topics with one an
 *     adapter, at least 1
 * @param replication copies of each partition, at least 1, or {@link #BROKER_DEFAULT}
 * @param dedupeWindow how long a repeated example is recognised
 */
public record TopicLayout(
    TopicNames names, int adaptersMax, int replication, Duration dedupeWindow) {

  /** The default of {@code adapters.max}. */
  public static final int DEFAULT_ADAPTERS_MAX = 16;

  /** A chunk of 1,000,000 bytes with key, headers and batch; also Kafka's default. */
  static final int CHUNK_MESSAGE_BYTES = 1_048_588;

  /** The replication that the cluster has set. */
  public static final int BROKER_DEFAULT = -1;

  static final String FOREVER = "-1";

  private static final int EXAMPLES_PARTITIONS = 4;

  public TopicLayout {
    if (adaptersMax < 1) {
      throw new IllegalArgumentException("adapters.max must be at least 1 but was " + adaptersMax);
    }
    if (replication != BROKER_DEFAULT && (replication < 1 || replication > Short.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "topics.replication must be at least 1, or -1 for the broker's default, but was "
              + replication);
    }
    if (dedupeWindow.isNegative() || dedupeWindow.isZero()) {
      throw new IllegalArgumentException(
          "the dedupe window must be longer than 0 but was " + dedupeWindow);
    }
  }

  /** All topics, in the order in which records pass them. */
  public List<TopicSpec> topics() {
    return List.of(
        examples(),
        perAdapter(names.train(), keptForever()),
        single(names.rejected(), CLEANUP_POLICY_DELETE),
        perAdapter(names.boundaries(), keptForever()),
        perAdapter(names.steps(), Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE)),
        perAdapter(names.alerts(), Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE)),
        perAdapter(names.checkpoints(), compacted()),
        perAdapter(names.chunks(), chunks()),
        perAdapter(names.releases(), compacted()),
        perAdapter(names.trimmed(), compacted()),
        single(names.adapters(), CLEANUP_POLICY_COMPACT));
  }

  /**
   * Broker time: one record dated into the future must not end the dedupe window. What is older
   * than that window is not kept for long, because a replay would train it again.
   */
  private TopicSpec examples() {
    return spec(
        names.examples(),
        EXAMPLES_PARTITIONS,
        1,
        Map.of(
            CLEANUP_POLICY_CONFIG,
            CLEANUP_POLICY_DELETE,
            MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime",
            RETENTION_MS_CONFIG,
            Long.toString(dedupeWindow.toMillis())));
  }

  /** The source of truth: adapters are made, and made again, from it. */
  private static Map<String, String> keptForever() {
    return Map.of(
        CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE,
        RETENTION_MS_CONFIG, FOREVER,
        RETENTION_BYTES_CONFIG, FOREVER);
  }

  private static Map<String, String> compacted() {
    return Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_COMPACT);
  }

  private static Map<String, String> chunks() {
    return Map.of(
        CLEANUP_POLICY_CONFIG,
        CLEANUP_POLICY_COMPACT,
        MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(CHUNK_MESSAGE_BYTES));
  }

  private TopicSpec perAdapter(String name, Map<String, String> settings) {
    return spec(name, adaptersMax, adaptersMax, settings);
  }

  private TopicSpec single(String name, String cleanupPolicy) {
    return spec(name, 1, 1, Map.of(CLEANUP_POLICY_CONFIG, cleanupPolicy));
  }

  private TopicSpec spec(
      String name, int partitions, int minPartitions, Map<String, String> settings) {
    var all = new HashMap<>(settings);
    if (replication != BROKER_DEFAULT) {
      // From three copies on, an acknowledged record is on two: it survives the loss of a broker.
      all.put(
          MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(Math.min(2, Math.max(1, replication - 1))));
    }
    return new TopicSpec(name, partitions, minPartitions, replication, all);
  }
}
