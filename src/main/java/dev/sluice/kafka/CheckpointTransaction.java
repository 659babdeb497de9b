package dev.sluice.kafka;

import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Publishes checkpoints of one adapter, each in one transaction: the files in pieces, the manifest,
 * what was rejected on the way, and the offsets. All of it becomes visible, or nothing.
 *
 * <p>Order matters. The files are made before the transaction begins, as its clock starts with the
 * first record; the manifest comes after its pieces, whose offsets it names. One thread at a time.
 */
final class CheckpointTransaction implements AutoCloseable {

  /** A broker refuses more than 1 MiB a record by default, keys and framing included. */
  static final int CHUNK_BYTES = 1_000_000;

  private final String adapter;
  private final TopicNames topics;
  private final int partition;
  private final Producer<byte[], byte[]> producer;

  /**
   * Fences every earlier trainer of this adapter and waits until its last transaction is resolved.
   */
  CheckpointTransaction(
      Map<String, Object> client, TopicNames topics, String adapter, int partition) {
    this.adapter = adapter;
    this.topics = topics;
    this.partition = partition;
    this.producer =
        Clients.transactionalProducer(client, topics.prefix() + ".trainer." + partition);
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /**
   * Commits a checkpoint.
   *
   * @param manifest makes the manifest, given where the files' pieces went
   * @param rejected records for the rejected topic
   * @throws AdapterTakenOverException if another trainer has begun
   */
  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction fails if any send did
  Manifest commit(
      long version,
      List<CheckpointFile> files,
      Function<List<FileEntry>, Manifest> manifest,
      List<ProducerRecord<byte[], byte[]>> rejected,
      ConsumerGroupMetadata group) {
    try {
      producer.beginTransaction();
      List<FileEntry> entries = sendChunks(version, files);
      Manifest complete = manifest.apply(entries);
      producer.send(
          new ProducerRecord<>(
              topics.checkpoints(),
              partition,
              ManifestJson.key(complete),
              ManifestJson.write(complete)));
      rejected.forEach(producer::send);
      producer.sendOffsetsToTransaction(
          Map.of(
              new TopicPartition(topics.train(), partition),
              new OffsetAndMetadata(complete.nextOffset(), complete.id())),
          group);
      producer.commitTransaction();
      return complete;
    } catch (KafkaException e) {
      if (Fencing.isFenced(e)) {
        throw new AdapterTakenOverException(adapter, e);
      }
      throw e;
    }
  }

  Producer<byte[], byte[]> producer() {
    return producer;
  }

  @Override
  public void close() {
    // What is still open is aborted by the broker: nothing of it was promised.
    producer.close(Duration.ofSeconds(5));
  }

  private List<FileEntry> sendChunks(long version, List<CheckpointFile> files) {
    List<List<Future<RecordMetadata>>> sent = new ArrayList<>();
    for (CheckpointFile file : files) {
      List<Future<RecordMetadata>> pieces = new ArrayList<>();
      byte[] content = file.content();
      for (int at = 0, index = 0; at < content.length || index == 0; at += CHUNK_BYTES, index++) {
        byte[] piece = Arrays.copyOfRange(content, at, Math.min(content.length, at + CHUNK_BYTES));
        byte[] key = ManifestJson.chunkKey(adapter, version, file.name(), index);
        pieces.add(producer.send(new ProducerRecord<>(topics.chunks(), partition, key, piece)));
      }
      sent.add(pieces);
    }
    producer.flush();
    List<FileEntry> entries = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      CheckpointFile file = files.get(i);
      List<Future<RecordMetadata>> pieces = sent.get(i);
      entries.add(
          new FileEntry(
              file.name(),
              file.content().length,
              Sha256.of(file.content()),
              pieces.size(),
              KafkaFutures.get(pieces.get(0)).offset(),
              KafkaFutures.get(pieces.get(pieces.size() - 1)).offset()));
    }
    return entries;
  }
}
