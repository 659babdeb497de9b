package dev.sluice.kafka;

import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.TopicNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints as they lie on the topics: manifests, and the files that they name. Thread-safe: each
 * call has clients of its own.
 */
public final class CheckpointStore {

  private static final Duration POLL = Duration.ofMillis(500);

  /** Polls without a record before a piece counts as missing: 30 s. */
  private static final int MAX_IDLE_POLLS = 60;

  private final Map<String, Object> client;
  private final TopicNames topics;

  /**
   * @param client what all clients share: {@code bootstrap.servers} and security
   */
  public CheckpointStore(Map<String, Object> client, TopicNames topics) {
    this.client = Map.copyOf(client);
    this.topics = topics;
  }

  /** The committed manifests of an adapter, oldest version first. */
  public List<Manifest> manifests(String adapter, int partition) {
    TreeMap<Long, Manifest> byVersion = new TreeMap<>();
    read(adapter, partition, manifest -> byVersion.put(manifest.version(), manifest));
    return List.copyOf(byVersion.values());
  }

  /** Tells of every manifest, as the topic has them: a lineage may have more than memory holds. */
  private void read(
      String adapter, int partition, java.util.function.Consumer<Manifest> manifests) {
    try (CommittedReader reader =
        new CommittedReader(client, new TopicPartition(topics.checkpoints(), partition))) {
      reader.readToEnd(
          row -> {
            if (row.value() != null) {
              Manifest manifest = ManifestJson.read(row.value());
              if (manifest.adapter().equals(adapter)) {
                manifests.accept(manifest);
              }
            }
          });
    }
  }

  /** The newest committed manifest of an adapter. */
  public Optional<Manifest> latest(String adapter, int partition) {
    AtomicReference<@Nullable Manifest> newest = new AtomicReference<>();
    read(
        adapter,
        partition,
        manifest -> {
          Manifest before = newest.get();
          if (before == null || manifest.version() >= before.version()) {
            newest.set(manifest);
          }
        });
    return Optional.ofNullable(newest.get());
  }

  /** The manifest that this one's training went on from, if there is one and it is still there. */
  public Optional<Manifest> parentOf(Manifest manifest) {
    @Nullable Long parent = manifest.parent();
    if (parent == null) {
      return Optional.empty();
    }
    AtomicReference<@Nullable Manifest> found = new AtomicReference<>();
    read(
        manifest.adapter(),
        manifest.partition(),
        other -> {
          if (other.version() == parent) {
            found.set(other); // the last of one key counts, as it does after compaction
          }
        });
    return Optional.ofNullable(found.get());
  }

  /**
   * Fetches a file and checks it against its manifest.
   *
   * @throws CheckpointDamagedException if a piece is missing or the bytes are other ones
   */
  public CheckpointFile fetch(Manifest manifest, String name) {
    FileEntry entry = manifest.file(name);
    byte[] content = read(manifest, entry);
    String sha256 = Sha256.of(content);
    if (content.length != entry.bytes() || !sha256.equals(entry.sha256())) {
      throw new CheckpointDamagedException(
          ("%s of %s has %d bytes with SHA-256 %s, but its manifest says %d bytes with %s; take"
                  + " another version (sluice adapter list)")
              .formatted(
                  name, manifest.id(), content.length, sha256, entry.bytes(), entry.sha256()));
    }
    return new CheckpointFile(name, content);
  }

  private byte[] read(Manifest manifest, FileEntry entry) {
    TopicPartition partition = new TopicPartition(topics.chunks(), manifest.partition());
    Map<String, Object> fetch =
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            16 << 20);
    try (Consumer<byte[], byte[]> consumer = Clients.consumer(client, fetch)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, entry.firstChunk());
      ByteArrayOutputStream content = new ByteArrayOutputStream(Math.toIntExact(entry.bytes()));
      int next = 0;
      int idle = 0;
      while (next < entry.chunks()) {
        List<ConsumerRecord<byte[], byte[]>> rows = consumer.poll(POLL).records(partition);
        idle = rows.isEmpty() ? idle + 1 : 0;
        for (ConsumerRecord<byte[], byte[]> row : rows) {
          String wanted = key(manifest, entry, next);
          // Behind the last piece there may be a tombstone of the same key.
          if (next < entry.chunks()
              && row.offset() <= entry.lastChunk()
              && wanted.equals(new String(row.key(), StandardCharsets.UTF_8))) {
            content.writeBytes(row.value());
            next++;
          }
        }
        boolean passed = consumer.position(partition) > entry.lastChunk();
        if (next < entry.chunks() && (passed || idle == MAX_IDLE_POLLS)) {
          throw new CheckpointDamagedException(
              "%s of %s: piece %d of %d is missing on %s; take another version (sluice adapter list)"
                  .formatted(entry.name(), manifest.id(), next, entry.chunks(), partition));
        }
      }
      return content.toByteArray();
    }
  }

  private static String key(Manifest manifest, FileEntry entry, int index) {
    return new String(
        ManifestJson.chunkKey(manifest.adapter(), manifest.version(), entry.name(), index),
        StandardCharsets.UTF_8);
  }
}
