package dev.sluice.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.serde.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The ingest topology without a broker, with a clock of its own and its real configuration. */
final class IngestDriver implements AutoCloseable {

  private static final TopicNames TOPICS = new TopicNames("sluice");
  private static final int TRAIN_PARTITIONS = 16;

  static final IngestTopology.Settings SETTINGS =
      new IngestTopology.Settings(262_144, Duration.ofDays(7), "risk");

  private final List<String> told = new ArrayList<>();
  private final List<Integer> partitions = new ArrayList<>();
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> examples;
  private final TestInputTopic<String, String> adapters;
  private final TestOutputTopic<String, String> train;
  private final TestOutputTopic<byte[], byte[]> rejected;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  IngestDriver(Path stateDir) {
    Topology topology = IngestTopology.build(TOPICS, SETTINGS, listener(), recordingPartitioner());
    Map<String, Object> client = Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    driver = new TopologyTestDriver(topology, IngestApp.properties(client, TOPICS, stateDir), now);
    var bytes = new ByteArraySerializer();
    var text = new StringSerializer();
    examples = driver.createInputTopic(TOPICS.examples(), bytes, bytes);
    adapters = driver.createInputTopic(TOPICS.adapters(), text, text);
    train =
        driver.createOutputTopic(
            TOPICS.train(), new StringDeserializer(), new StringDeserializer());
    rejected =
        driver.createOutputTopic(
            TOPICS.rejected(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  void register(String adapter, int partition) {
    registerRaw(adapter, "{\"v\":1,\"partition\":" + partition + "}");
  }

  void registerRaw(String adapter, String value) {
    adapters.pipeInput(adapter, value);
  }

  void advance(Duration duration) {
    now = now.plus(duration);
  }

  void send(@Nullable String key, String value) {
    send(key, value.getBytes(UTF_8), new RecordHeaders());
  }

  void send(@Nullable String key, byte @Nullable [] value, Headers headers) {
    byte @Nullable [] keyBytes = key == null ? null : key.getBytes(UTF_8);
    examples.pipeInput(new TestRecord<>(keyBytes, value, headers, now));
  }

  List<TestRecord<String, String>> trained() {
    return train.readRecordsToList();
  }

  List<TestRecord<byte[], byte[]>> rejected() {
    return rejected.readRecordsToList();
  }

  /** The partitions of the train topic that were chosen so far. */
  List<Integer> partitions() {
    return partitions;
  }

  /** What the listener was told so far. */
  List<String> told() {
    return told;
  }

  @Override
  public void close() {
    driver.close();
  }

  // The test driver's topics have one partition each, so the choice is recorded and replaced.
  private StreamPartitioner<ExampleKey, byte[]> recordingPartitioner() {
    return (topic, key, example, ignored) -> {
      partitions.addAll(
          IngestTopology.partition(topic, key, example, TRAIN_PARTITIONS).orElseThrow());
      return Optional.of(Set.of(0));
    };
  }

  private IngestListener listener() {
    return new IngestListener() {
      @Override
      public void accepted() {
        told.add("accepted");
      }

      @Override
      public void duplicate() {
        told.add("duplicate");
      }

      @Override
      public void rejected() {
        told.add("rejected");
      }
    };
  }
}
