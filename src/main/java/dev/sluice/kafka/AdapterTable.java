package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.serde.AdapterAssignment;
import dev.sluice.serde.AdapterAssignmentSerde;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/** The registry's topic as a table, in the order of registration. For one thread at a time. */
final class AdapterTable implements AutoCloseable {

  private final CommittedReader reader;
  private final Deserializer<AdapterAssignment> values =
      new AdapterAssignmentSerde().deserializer();
  private final Map<String, Integer> partitions = new LinkedHashMap<>();

  AdapterTable(Map<String, Object> client, TopicPartition partition) {
    this.reader = new CommittedReader(client, partition);
  }

  /** Takes in what was committed up to now, and waits for open transactions; returns a copy. */
  Map<String, Integer> refresh() {
    return take(reader.readToEnd());
  }

  /** Takes in what is there without waiting for anybody's transaction; returns a copy. */
  Map<String, Integer> peek() {
    return take(reader.readToOpenTransaction());
  }

  private Map<String, Integer> take(List<ConsumerRecord<byte[], byte[]>> rows) {
    for (ConsumerRecord<byte[], byte[]> row : rows) {
      AdapterAssignment assignment = values.deserialize(row.topic(), row.value());
      partitions.put(new String(row.key(), UTF_8), assignment.partition());
    }
    return Collections.unmodifiableMap(new LinkedHashMap<>(partitions));
  }

  @Override
  public void close() {
    reader.close();
  }
}
