package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Release;
import dev.sluice.checkpoint.RetentionPolicy;
import dev.sluice.checkpoint.RetentionPolicy.Version;
import dev.sluice.data.SluiceException;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.TopicNames;
import dev.sluice.serde.TrimmedJson;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the files of versions that retention does not keep: a tombstone for every piece, and a word
 * on the trimmed topic, in one transaction. Manifests stay. Thread-safe: each call has clients of
 * its own.
 *
 * <p>A trainer may commit meanwhile: a newer version only makes the dropped ones older. A release
 * may be made meanwhile: the tombstones lie on the topic, not committed yet, when the janitor looks
 * whether anybody has begun to release; if so, it aborts and plans anew. {@link ReleaseStore} does
 * it the other way round, so one of the two always sees the other, and no released version loses
 * its files.
 */
public final class Janitor {

  private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

  private static final int ATTEMPTS = 5;

  /** Short: until it ends, nobody sees the pieces of a newer checkpoint. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** Some megabytes of tombstones: they are written long before the transaction times out. */
  private static final int PIECES_A_TRANSACTION = 50_000;

  private final Map<String, Object> client;
  private final TopicNames topics;
  private final RetentionPolicy policy;
  private final Clock clock;
  private final int piecesATransaction;

  /**
   * @param client what all clients share: {@code bootstrap.servers} and security
   */
  public Janitor(
      Map<String, Object> client, TopicNames topics, RetentionPolicy policy, Clock clock) {
    this(client, topics, policy, clock, PIECES_A_TRANSACTION);
  }

  /** For tests: a transaction ends with the version that makes it so many pieces. */
  Janitor(
      Map<String, Object> client,
      TopicNames topics,
      RetentionPolicy policy,
      Clock clock,
      int piecesATransaction) {
    this.client = Map.copyOf(client);
    this.topics = topics;
    this.policy = policy;
    this.clock = clock;
    this.piecesATransaction = piecesATransaction;
  }

  /** What {@link #trim} would do now; changes nothing. */
  public Trim plan(String adapter, int partition) {
    try (ReleaseTable releases = new ReleaseTable(client, topics, adapter, partition)) {
      return plan(adapter, partition, releases).summary();
    }
  }

  /**
   * Drops what retention does not keep.
   *
   * @throws SluiceException if another janitor or one release after another gets in between
   */
  public Trim trim(String adapter, int partition) {
    List<Manifest> gone = new ArrayList<>();
    try (ReleaseTable releases = new ReleaseTable(client, topics, adapter, partition)) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Plan plan = plan(adapter, partition, releases);
        if (plan.dropped().isEmpty() || drop(plan, partition, releases, gone)) {
          return new Plan(adapter, plan.kept(), gone).summary();
        }
      }
      throw new SluiceException(
          "adapter '%s' was released again each of %d times that it was to be trimmed; try again later"
              .formatted(adapter, ATTEMPTS));
    } catch (KafkaException e) {
      if (Fencing.isFenced(e)) {
        throw new SluiceException(
            "another janitor has begun on adapter '%s', or the brokers took longer than %d s; run one at a time, and try again"
                .formatted(adapter, TRANSACTION_TIMEOUT.toSeconds()),
            e);
      }
      throw e;
    }
  }

  /** What is kept and dropped of the versions that have their files. */
  private record Plan(String adapter, List<Manifest> kept, List<Manifest> dropped) {
    Trim summary() {
      return new Trim(
          adapter,
          kept.stream().map(Manifest::version).toList(),
          dropped.stream().map(Manifest::version).toList(),
          dropped.stream().mapToLong(Manifest::bytes).sum());
    }
  }

  private Plan plan(String adapter, int partition, ReleaseTable releases) {
    // Before all else: what comes later is seen by the look before the commit.
    Set<Long> released = releases.refresh().map(Release::versions).orElse(Set.of());
    Set<Long> trimmed = new TrimmedVersions(client, topics).of(partition);
    List<Manifest> manifests = new CheckpointStore(client, topics).manifests(adapter, partition);
    Set<Long> dropped = policy.dropped(manifests.stream().map(Version::of).toList(), released);
    List<Manifest> there = manifests.stream().filter(m -> !trimmed.contains(m.version())).toList();
    return new Plan(
        adapter,
        there.stream().filter(m -> !dropped.contains(m.version())).toList(),
        there.stream().filter(m -> dropped.contains(m.version())).toList());
  }

  /**
   * @param gone receives what is dropped for good
   * @return whether all was; not if somebody has begun to release
   */
  private boolean drop(Plan plan, int partition, ReleaseTable releases, List<Manifest> gone) {
    try (Producer<byte[], byte[]> producer =
        Clients.transactionalProducer(settings(), topics.prefix() + ".janitor." + partition)) {
      producer.initTransactions();
      Deque<Manifest> left = new ArrayDeque<>(plan.dropped());
      while (!left.isEmpty()) {
        List<Manifest> batch = nextBatch(left);
        Instant now = clock.instant();
        producer.beginTransaction();
        batch.forEach(manifest -> send(producer, partition, manifest, now));
        producer.flush();
        if (releases.hasNews()) {
          producer.abortTransaction();
          return false;
        }
        producer.commitTransaction();
        gone.addAll(batch);
        LOG.atInfo()
            .addKeyValue("adapter", plan.adapter())
            .addKeyValue("versions", batch.size())
            .addKeyValue("bytes", batch.stream().mapToLong(Manifest::bytes).sum())
            .log("Trimmed");
      }
      return true;
    }
  }

  private List<Manifest> nextBatch(Deque<Manifest> left) {
    List<Manifest> batch = new ArrayList<>();
    int pieces = 0;
    while (!left.isEmpty() && pieces < piecesATransaction) {
      Manifest manifest = left.removeFirst();
      pieces += manifest.files().stream().mapToInt(FileEntry::chunks).sum();
      batch.add(manifest);
    }
    return batch;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction fails if any send did
  private void send(
      Producer<byte[], byte[]> producer, int partition, Manifest manifest, Instant now) {
    for (FileEntry file : manifest.files()) {
      for (int index = 0; index < file.chunks(); index++) {
        byte[] key =
            ManifestJson.chunkKey(manifest.adapter(), manifest.version(), file.name(), index);
        producer.send(new ProducerRecord<>(topics.chunks(), partition, key, null));
      }
    }
    producer.send(
        new ProducerRecord<>(
            topics.trimmed(),
            partition,
            ManifestJson.key(manifest),
            TrimmedJson.write(manifest.adapter(), manifest.version(), manifest.bytes(), now)));
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
    return settings;
  }
}
