package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.checkpoint.Release;
import dev.sluice.serde.ReleaseJson;
import dev.sluice.serde.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One adapter's release as it lies on its partition. For one thread at a time. */
final class ReleaseTable implements AutoCloseable {

  private final CommittedReader reader;
  private final String adapter;
  private @Nullable Release current;

  ReleaseTable(Map<String, Object> client, TopicNames topics, String adapter, int partition) {
    this.adapter = adapter;
    this.reader = new CommittedReader(client, new TopicPartition(topics.releases(), partition));
  }

  /** The release that is committed now, after waiting for one that is being made. */
  Optional<Release> refresh() {
    return take(reader.readToEnd());
  }

  /** The release that is committed now. */
  Optional<Release> peek() {
    return take(reader.readToOpenTransaction());
  }

  /** Whether somebody has begun to release since the last look, even if it is not committed. */
  boolean hasNews() {
    return reader.hasNews();
  }

  private Optional<Release> take(List<ConsumerRecord<byte[], byte[]>> rows) {
    for (ConsumerRecord<byte[], byte[]> row : rows) {
      if (adapter.equals(new String(row.key(), UTF_8))) {
        current = row.value() == null ? null : ReleaseJson.read(row.value());
      }
    }
    return Optional.ofNullable(current);
  }

  @Override
  public void close() {
    reader.close();
  }
}
