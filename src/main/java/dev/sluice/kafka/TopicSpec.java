package dev.sluice.kafka;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic as Sluice wants it.
 *
 * @param partitions how many it is created with
 * @param minPartitions how many it cannot work without
 * @param settings topic settings that differ from, or must not depend on, the cluster's defaults
 */
public record TopicSpec(
    String name, int partitions, int minPartitions, int replication, Map<String, String> settings) {

  public TopicSpec {
    settings = Map.copyOf(settings);
  }

  NewTopic toNewTopic() {
    return new NewTopic(name, Optional.of(partitions), Optional.of((short) replication))
        .configs(settings);
  }
}
