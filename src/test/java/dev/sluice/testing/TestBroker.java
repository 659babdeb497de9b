package dev.sluice.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.app.broker.BrokerProcess;
import dev.sluice.app.broker.BrokerSpec;
import dev.sluice.serde.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One broker for all integration tests of a JVM, started by the first that asks for it. Tests share
 * it without meeting: each takes topic names of its own from {@link #freshNames}. A test that kills
 * or hangs a broker starts its own {@link BrokerProcess}.
 */
public final class TestBroker {

  /** Generous: the machine may be busy with another build. */
  public static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(100);

  private final BrokerProcess broker;
  private final AtomicInteger prefixes = new AtomicInteger();

  private TestBroker(BrokerProcess broker) {
    this.broker = broker;
  }

  public static TestBroker shared() {
    return Holder.BROKER;
  }

  public String bootstrap() {
    return broker.bootstrap();
  }

  /** The settings that every client needs. */
  public Map<String, Object> client() {
    return Map.of("bootstrap.servers", bootstrap());
  }

  /** Names that no other test uses. */
  public TopicNames freshNames() {
    return new TopicNames("test" + prefixes.incrementAndGet());
  }

  public void createTopic(String name, int partitions, Map<String, String> settings) {
    var topic = new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(settings);
    try (var admin = Admin.create(client())) {
      admin.createTopics(List.of(topic)).all().get();
      awaitVisible(admin, name);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("topic " + name + " cannot be created", e);
    }
  }

  /** A topic is created when the controller says so; brokers hear of it a moment later. */
  private static void awaitVisible(Admin admin, String name) throws InterruptedException {
    long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        admin.describeTopics(List.of(name)).allTopicNames().get();
        return;
      } catch (ExecutionException e) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
    throw new IllegalStateException("topic " + name + " does not show");
  }

  /** Sends a text record to the partition that its key says, and waits until it is written. */
  public void send(String topic, String key, String value) {
    send(List.of(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8))));
  }

  /** Sends records and waits until they are written. */
  public void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (var producer =
        new KafkaProducer<byte[], byte[]>(
            client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var sent : records.stream().map(producer::send).toList()) {
        sent.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("the records cannot be sent", e);
    }
  }

  /**
   * All committed records that are in the topic now; by partition in the order of offsets. Waits
   * for the end of open transactions: a commit returns before every partition shows it.
   */
  public List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrap(), "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
      for (var end : highWatermarks(partitions).entrySet()) {
        while (consumer.position(end.getKey()) < end.getValue()) {
          consumer.poll(POLL).forEach(records::add);
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException(end.getKey() + " did not arrive at " + end.getValue());
          }
        }
      }
      records.sort(Comparator.comparingInt(ConsumerRecord::partition));
      return records;
    }
  }

  private Map<TopicPartition, Long> highWatermarks(List<TopicPartition> partitions) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrap(), "isolation.level", "read_uncommitted");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return consumer.endOffsets(partitions);
    }
  }

  /** Loaded, and so started, when the first test asks. */
  private static final class Holder {
    static final TestBroker BROKER = start();

    private static TestBroker start() {
      try {
        Path directory = Files.createTempDirectory("sluice-broker");
        var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      broker.kill(); // nobody needs its data
                      delete(directory);
                    },
                    "test-broker-shutdown"));
        return new TestBroker(broker);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path directory) {
      try (var files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
