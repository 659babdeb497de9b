package dev.sluice.kafka;

import dev.sluice.data.SourcePosition;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.serde.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Reads the rejected topic and sends its records on their way again. */
public final class RejectedTopic {

  private final Map<String, Object> client;
  private final TopicNames topics;

  /**
   * @param client what all clients share: {@code bootstrap.servers} and security
   */
  public RejectedTopic(Map<String, Object> client, TopicNames topics) {
    this.client = Map.copyOf(client);
    this.topics = topics;
  }

  /** A record of the rejected topic and where it lies. */
  public record Entry(int partition, long offset, RejectedRecord record) {

    /** Whether the original's bytes are there; what was too large to copy is at its source only. */
    public boolean isComplete() {
      return record.value() != null;
    }

    /** Size of the original. */
    public int bytes() {
      byte[] value = record.value();
      return value == null ? 0 : value.length;
    }
  }

  /** Everything on the topic that carries the headers of a rejection, oldest first. */
  public List<Entry> all() {
    List<Entry> entries = new ArrayList<>();
    try (CommittedReader reader =
        new CommittedReader(client, new TopicPartition(topics.rejected(), 0))) {
      for (ConsumerRecord<byte[], byte[]> row : reader.readToEnd()) {
        RejectedRecord.read(row)
            .ifPresent(r -> entries.add(new Entry(row.partition(), row.offset(), r)));
      }
    }
    return entries;
  }

  /**
   * Sends the originals where they were rejected, under their own keys and headers: what the
   * trainer rejected goes straight to its partition of the train topic, as ingest would take it for
   * a duplicate.
   */
  public void resend(List<Entry> entries) {
    try (Producer<byte[], byte[]> producer = Clients.producer(client)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (Entry entry : entries) {
        sent.add(producer.send(toProducerRecord(entry.record())));
      }
      producer.flush();
      sent.forEach(KafkaFutures::get);
    }
  }

  private ProducerRecord<byte[], byte[]> toProducerRecord(RejectedRecord original) {
    SourcePosition source = original.rejection().source();
    boolean byTrainer = source.topic().equals(topics.train());
    return new ProducerRecord<>(
        byTrainer ? topics.train() : topics.examples(),
        byTrainer ? (Integer) source.partition() : null,
        original.key(),
        original.value(),
        original.headers());
  }
}
