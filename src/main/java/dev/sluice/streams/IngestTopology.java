package dev.sluice.streams;

import dev.sluice.serde.TopicNames;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;
import org.apache.kafka.streams.state.Stores;

/**
 * From what feeds send to what adapters are trained on.
 *
 * <pre>
 *   examples → validate ────┬─► by adapter and id → deduplicate ─► train, the adapter's partition
 *   adapters → registry ──┘ └─► rejected, original bytes and reason
 * </pre>
 *
 * <p>The registry is a global table, read to its end before the first example. An adapter that is
 * added later may be known a moment after its first example arrives; that example is rejected.
 */
public final class IngestTopology {

  private static final String REGISTRY = "adapter-registry";
  private static final String ACCEPTED = "accepted-examples";
  private static final String BY_EXAMPLE = "by-adapter-and-id";

  private IngestTopology() {}

  public static Topology build(TopicNames topics, IngestSettings settings) {
    return build(topics, settings, IngestListener.NONE);
  }

  public static Topology build(
      TopicNames topics, IngestSettings settings, IngestListener listener) {
    return build(topics, settings, listener, new TrainPartitioner());
  }

  static Topology build(
      TopicNames topics,
      IngestSettings settings,
      IngestListener listener,
      StreamPartitioner<String, RoutedExample> partitioner) {
    Serde<byte[]> bytes = Serdes.ByteArray();
    StreamsBuilder builder = new StreamsBuilder();
    addRegistry(builder, topics);
    builder.stream(
            topics.examples(),
            Consumed.with(bytes, bytes)
                .withName("examples")
                .withTimestampExtractor(new UsePartitionTimeOnInvalidTimestamp()))
        .process(() -> new ValidateExample(settings, REGISTRY, listener), Named.as("validate"))
        .split(Named.as("verdict-"))
        .branch(
            (key, verdict) -> verdict instanceof Verdict.Usable,
            Branched.withConsumer(
                verdicts ->
                    verdicts
                        .map(
                            (key, verdict) -> ((Verdict.Usable) verdict).keyed(),
                            Named.as("key-by-adapter-and-id"))
                        .repartition(
                            Repartitioned.with(ExampleKey.serde(), RoutedExample.serde())
                                .withName(BY_EXAMPLE))
                        .process(
                            Deduplicate.supplier(ACCEPTED, settings.dedupeWindow(), listener),
                            Named.as("deduplicate"))
                        .to(topics.train(), toTrain(partitioner)),
                "usable"))
        .defaultBranch(
            Branched.withConsumer(
                verdicts ->
                    verdicts
                        .mapValues(
                            verdict -> ((Verdict.Unusable) verdict).original(),
                            Named.as("original"))
                        .to(topics.rejected(), Produced.with(bytes, bytes).withName("rejected")),
                "unusable"));
    return builder.build();
  }

  private static Produced<String, RoutedExample> toTrain(
      StreamPartitioner<String, RoutedExample> partitioner) {
    return Produced.<String, RoutedExample>as("train")
        .withKeySerde(Serdes.String())
        .withValueSerde(
            Serdes.serdeFrom(RoutedExample.jsonSerializer(), RoutedExample.serde().deserializer()))
        .withStreamPartitioner(partitioner);
  }

  // In memory, because it is small and because a copy on disk would outlive a topic made anew.
  private static void addRegistry(StreamsBuilder builder, TopicNames topics) {
    builder.globalTable(
        topics.adapters(),
        Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("adapters"),
        Materialized.<String, byte[]>as(Stores.inMemoryKeyValueStore(REGISTRY))
            .withKeySerde(Serdes.String())
            .withValueSerde(Serdes.ByteArray()));
  }
}
