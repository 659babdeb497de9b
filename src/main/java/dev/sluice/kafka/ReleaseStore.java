package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.checkpoint.Release;
import dev.sluice.data.SluiceException;
import dev.sluice.serde.ReleaseJson;
import dev.sluice.serde.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which version of an adapter servers should load. Thread-safe: each call has clients of its own.
 *
 * <p>Releases of one adapter are serialised by a transactional id: whoever begins fences the one
 * before. Against the {@link Janitor} a release writes first and looks afterwards: the record lies
 * on the topic, not committed yet, when it asks whether the version was trimmed meanwhile. The
 * janitor does it the other way round, so one of the two always sees the other.
 */
public final class ReleaseStore {

  private static final Logger LOG = LoggerFactory.getLogger(ReleaseStore.class);

  /** Longer than a release waits for a janitor that died. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(45);

  private final Map<String, Object> client;
  private final TopicNames topics;

  /**
   * @param client what all clients share: {@code bootstrap.servers} and security
   */
  public ReleaseStore(Map<String, Object> client, TopicNames topics) {
    this.client = Map.copyOf(client);
    this.topics = topics;
  }

  /** The release that servers should load now; empty if there never was one. */
  public Optional<Release> current(String adapter, int partition) {
    try (ReleaseTable table = new ReleaseTable(client, topics, adapter, partition)) {
      return table.peek();
    }
  }

  /**
   * Replaces the release, all or nothing.
   *
   * @param next from the release that is current, which nobody changes meanwhile; what it throws
   *     leaves everything as it was, and so does returning what it was given
   * @return the release that is current now
   * @throws VersionTrimmedException if the files of the version are gone
   * @throws SluiceException if another release of this adapter has begun
   */
  public Release publish(String adapter, int partition, Function<Optional<Release>, Release> next) {
    try (Producer<byte[], byte[]> producer =
            Clients.transactionalProducer(settings(), id(partition));
        ReleaseTable table = new ReleaseTable(client, topics, adapter, partition)) {
      producer.initTransactions();
      Optional<Release> current = table.refresh();
      Release release = next.apply(current);
      if (!current.equals(Optional.of(release))) {
        commit(producer, partition, release);
      }
      return release;
    } catch (KafkaException e) {
      if (Fencing.isFenced(e)) {
        throw new SluiceException(
            "another release of adapter '%s' has begun, and nothing was released here; look at: sluice adapter list, then try again"
                .formatted(adapter),
            e);
      }
      throw e;
    }
  }

  private void commit(Producer<byte[], byte[]> producer, int partition, Release release) {
    producer.beginTransaction();
    // Written before the look at what was trimmed: see above.
    KafkaFutures.get(
        producer.send(
            new ProducerRecord<>(
                topics.releases(),
                partition,
                release.adapter().getBytes(UTF_8),
                ReleaseJson.write(release))));
    if (new TrimmedVersions(client, topics).of(partition).contains(release.version())) {
      producer.abortTransaction();
      throw new VersionTrimmedException(
          release.adapter(), release.version(), "release another (sluice adapter list)");
    }
    producer.commitTransaction();
    LOG.atInfo()
        .addKeyValue("adapter", release.adapter())
        .addKeyValue("version", release.version())
        .addKeyValue("previous", release.previous())
        .log("Released");
  }

  private String id(int partition) {
    return topics.releases() + "." + partition;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
    return settings;
  }
}
