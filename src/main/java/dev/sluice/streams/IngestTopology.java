package dev.sluice.streams;

import dev.sluice.serde.AdapterAssignmentSerde;
import dev.sluice.serde.TopicNames;
import dev.sluice.streams.Verdict.Usable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;
import org.apache.kafka.streams.state.Stores;

/**
 * From examples as feeds write them to the log that adapters are trained on:
 *
 * <pre>
 *   examples ──► validate ──► by adapter and id ──► first in a week? ──► train
 *                   │                                     │
 *                   └──► rejected                         └──► dropped
 * </pre>
 */
public final class IngestTopology {

  /** The registry of adapters, on every instance. */
  static final String ADAPTERS = "adapters";

  private static final String VERDICT = "verdict-";
  private static final String USABLE = "usable";
  private static final String UNUSABLE = "unusable";

  private IngestTopology() {}

  /**
   * What ingest accepts and remembers.
   *
   * @param maxExampleBytes larger records are rejected
   * @param dedupeWindow of broker time; an id that was accepted within it is a duplicate
   * @param defaultAdapter for rows and conversations that name none
   */
  public record Settings(int maxExampleBytes, Duration dedupeWindow, String defaultAdapter) {}

  public static Topology build(TopicNames topics, Settings settings, IngestListener listener) {
    return build(topics, settings, listener, IngestTopology::partition);
  }

  /**
   * @param partitioner picks the partition of the train topic
   */
  static Topology build(
      TopicNames topics,
      Settings settings,
      IngestListener listener,
      StreamPartitioner<ExampleKey, byte[]> partitioner) {
    StreamsBuilder builder = new StreamsBuilder();
    Serde<byte[]> bytes = Serdes.ByteArray();
    builder.globalTable(
        topics.adapters(),
        Consumed.with(Serdes.String(), new AdapterAssignmentSerde()),
        // In memory: a copy on disk would outlive a topic that was made anew.
        Materialized.as(Stores.inMemoryKeyValueStore(ADAPTERS)));

    Map<String, KStream<byte[], Verdict>> verdicts =
        builder.stream(topics.examples(), fromExamples())
            .process(() -> new Validate(settings), Named.as("validate"))
            .split(Named.as(VERDICT))
            .branch((key, verdict) -> verdict instanceof Usable, Branched.as(USABLE))
            .defaultBranch(Branched.as(UNUSABLE));

    branch(verdicts, UNUSABLE)
        .processValues(() -> new Reject(listener), Named.as("reject"))
        .to(topics.rejected(), Produced.with(bytes, bytes).withName("rejected"));

    branch(verdicts, USABLE)
        .map(
            (key, verdict) -> KeyValue.pair(((Usable) verdict).key(), ((Usable) verdict).json()),
            Named.as("by-adapter-and-id"))
        .repartition(Repartitioned.with(ExampleKey.serde(), bytes).withName("by-id"))
        .processValues(
            Deduplicate.supplier(settings.dedupeWindow(), listener), Named.as("deduplicate"))
        .to(
            topics.train(),
            Produced.with(ExampleKey.idOnly(), bytes)
                .withName("train")
                .withStreamPartitioner(partitioner));
    return builder.build();
  }

  private static Consumed<byte[], byte[]> fromExamples() {
    return Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
        .withName("examples")
        // A record without a timestamp must not stop the line.
        .withTimestampExtractor(new UsePartitionTimeOnInvalidTimestamp());
  }

  /**
   * The adapter's own partition.
   *
   * @throws IllegalStateException if the topic lacks it: sending would be tried again for ever
   */
  static Optional<Set<Integer>> partition(
      String topic, ExampleKey key, byte[] value, int partitions) {
    if (key.partition() >= partitions) {
      throw new IllegalStateException(
          "adapter '%s' has partition %d but %s has only %d; run: sluice topics check"
              .formatted(key.adapter(), key.partition(), topic, partitions));
    }
    return Optional.of(Set.of(key.partition()));
  }

  private static KStream<byte[], Verdict> branch(
      Map<String, KStream<byte[], Verdict>> verdicts, String name) {
    return Objects.requireNonNull(verdicts.get(VERDICT + name), name);
  }
}
