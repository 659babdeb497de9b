package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.data.SluiceException;
import dev.sluice.lora.LoraConfig;
import dev.sluice.serde.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * How far an adapter is. It is read without fencing a trainer, moving an offset or registering
 * anything.
 *
 * @param partition of the train topic
 * @param newest the newest committed manifest, or null if there is none
 * @param trained the shape of that checkpoint's adapter, or null if there is none
 * @param firstOffset of what is left on the partition
 * @param endOffset up to which records are committed
 */
public record AdapterProgress(
    int partition,
    @Nullable Manifest newest,
    @Nullable LoraConfig trained,
    long firstOffset,
    long endOffset) {

  /**
   * Asks Kafka.
   *
   * @param client the settings that all clients share: {@code bootstrap.servers} and security
   * @throws SluiceException if the adapter is not registered or a topic does not exist
   * @throws KafkaException if Kafka fails
   */
  public static AdapterProgress read(
      Map<String, Object> client, TopicNames topics, int adaptersMax, String adapter) {
    int partition = new AdapterRegistry(client, topics, adaptersMax).partitionOf(adapter);
    CheckpointStore store = new CheckpointStore(client, topics);
    Optional<Manifest> newest = store.latest(adapter, partition);
    TopicPartition train = new TopicPartition(topics.train(), partition);
    try (Admin admin = Admin.create(client)) {
      requirePartition(admin, train);
      return new AdapterProgress(
          partition,
          newest.orElse(null),
          newest
              .map(
                  manifest ->
                      PeftFiles.readConfig(store.fetch(manifest, PeftFiles.CONFIG).content()))
              .orElse(null),
          offset(admin, train, OffsetSpec.earliest()),
          offset(admin, train, OffsetSpec.latest()));
    }
  }

  /** Where a trainer would go on. */
  public long nextOffset() {
    return newest == null ? firstOffset : newest.nextOffset();
  }

  /** Offsets that a trainer has before it, the markers of transactions among them. */
  public long lag() {
    return Math.max(0, endOffset - nextOffset());
  }

  /**
   * Why a trainer could not go on from here; empty if it could. The base model's bytes are not
   * compared: that would take reading them.
   *
   * @param wanted the shape that the configuration asks for
   * @param acceptReshape whether an adapter of another shape would be changed
   */
  public Optional<String> obstacle(LoraConfig wanted, boolean acceptReshape) {
    if (nextOffset() < firstOffset) {
      return Optional.of(
          "offset %d is next, but the partition begins at %d: examples were deleted before they were trained"
              .formatted(nextOffset(), firstOffset));
    }
    try {
      if (newest != null && trained != null) {
        new ShapeChange(newest, trained, wanted).require(acceptReshape);
      }
      return Optional.empty();
    } catch (AdapterMismatchException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Asking a partition that does not exist for its end would be retried for a minute. */
  private static void requirePartition(Admin admin, TopicPartition partition) {
    int partitions;
    try {
      partitions =
          KafkaFutures.get(admin.describeTopics(List.of(partition.topic())).allTopicNames())
              .values()
              .iterator()
              .next()
              .partitions()
              .size();
    } catch (UnknownTopicOrPartitionException e) {
      throw new SluiceException(
          "topic " + partition.topic() + " does not exist; run: sluice topics create", e);
    }
    if (partition.partition() >= partitions) {
      throw new SluiceException(
          "topic %s has %d partitions, but the adapter's is %d; run: sluice topics check"
              .formatted(partition.topic(), partitions, partition.partition()));
    }
  }

  private static long offset(Admin admin, TopicPartition partition, OffsetSpec spec) {
    var options = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return KafkaFutures.get(
            admin.listOffsets(Map.of(partition, spec), options).partitionResult(partition))
        .offset();
  }
}
