package dev.sluice.kafka;

import dev.sluice.serde.TopicNames;
import dev.sluice.serde.TrimmedJson;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/**
 * Which versions have lost their files. Thread-safe: each call has clients of its own.
 *
 * <p>The chunks topic itself would tell only a reader of all its gigabytes: until it is compacted,
 * dropped pieces and their tombstones both lie on it.
 */
public final class TrimmedVersions {

  private final Map<String, Object> client;
  private final TopicNames topics;

  /**
   * @param client what all clients share: {@code bootstrap.servers} and security
   */
  public TrimmedVersions(Map<String, Object> client, TopicNames topics) {
    this.client = Map.copyOf(client);
    this.topics = topics;
  }

  /** The trimmed versions; waits for the end of a trim that is at its last word. */
  public NavigableSet<Long> of(int partition) {
    NavigableSet<Long> versions = new TreeSet<>();
    try (CommittedReader reader =
        new CommittedReader(client, new TopicPartition(topics.trimmed(), partition))) {
      reader.readToEnd().forEach(row -> versions.add(TrimmedJson.version(row.value())));
    }
    return versions;
  }
}
