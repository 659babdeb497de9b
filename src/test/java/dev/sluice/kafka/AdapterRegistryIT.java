package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.SluiceException;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

final class AdapterRegistryIT {

  private final TestBroker broker = TestBroker.shared();
  private final TopicNames names = broker.freshNames();

  @Test
  void givesOutPartitionsInTheOrderOfRegistration() {
    createTopic();
    AdapterRegistry registry = registry(16);

    assertEquals(0, registry.register("zebra"));
    assertEquals(1, registry.register("ant"));

    assertEquals(
        List.of(Map.entry("zebra", 0), Map.entry("ant", 1)),
        List.copyOf(registry.all().entrySet()));
    assertEquals(1, registry.partitionOf("ant"));
  }

  @Test
  void registersAnAdapterOnce() {
    createTopic();

    assertEquals(0, registry(16).register("sentiment"));
    assertEquals(0, registry(16).register("sentiment"));

    assertEquals(1, broker.readCommitted(names.adapters()).size());
  }

  @Test
  void givesConcurrentRegistrarsDifferentPartitions() throws Exception {
    createTopic();
    int registrars = 2;
    int each = 4;
    var start = new CyclicBarrier(registrars);
    var threads = Executors.newFixedThreadPool(registrars);
    var done = new ArrayList<Future<List<Integer>>>();
    for (int registrar = 0; registrar < registrars; registrar++) {
      String prefix = "adapter-" + registrar + "-";
      AdapterRegistry registry = registry(16);
      done.add(
          threads.submit(
              () -> {
                start.await();
                return IntStream.range(0, each)
                    .mapToObj(i -> registry.register(prefix + i))
                    .toList();
              }));
    }

    var given = new ArrayList<Integer>();
    for (var partitions : done) {
      given.addAll(partitions.get());
    }
    threads.shutdown();

    var all = new TreeSet<>(given);
    assertEquals(registrars * each, all.size(), () -> "given out: " + given);
    assertEquals(registrars * each - 1, all.last());
    assertEquals(all, new TreeSet<>(registry(16).all().values()));
  }

  @Test
  void registersTheSameNameOnceForConcurrentRegistrars() throws Exception {
    createTopic();
    var start = new CyclicBarrier(2);
    var threads = Executors.newFixedThreadPool(2);
    var done = new ArrayList<Future<Integer>>();
    for (int registrar = 0; registrar < 2; registrar++) {
      AdapterRegistry registry = registry(16);
      done.add(
          threads.submit(
              () -> {
                start.await();
                return registry.register("sentiment");
              }));
    }

    assertEquals(0, done.get(0).get());
    assertEquals(0, done.get(1).get());
    threads.shutdown();
    assertEquals(1, broker.readCommitted(names.adapters()).size());
  }

  @Test
  void isNotMisledByARegistrarThatDiedBeforeItsCommit() {
    createTopic();
    try (var dead =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrap(),
                "transactional.id", names.adapters(),
                "transaction.timeout.ms", 10_000),
            new StringSerializer(),
            new StringSerializer())) {
      dead.initTransactions();
      dead.beginTransaction();
      KafkaFutures.get(
          dead.send(new ProducerRecord<>(names.adapters(), "half", "{\"v\":1,\"partition\":0}")));

      assertEquals(0, registry(16).register("whole"));
    }

    assertEquals(Map.of("whole", 0), registry(16).all());
  }

  @Test
  void refusesMoreAdaptersThanThereArePartitions() {
    createTopic();
    registry(1).register("first");

    var failure = assertThrows(SluiceException.class, () -> registry(1).register("second"));

    assertSays("adapters.max is 1", failure);
    assertEquals(0, registry(1).register("first"));
    assertEquals(Map.of("first", 0), registry(1).all());
  }

  @Test
  void refusesABadNameBeforeItAsksKafka() {
    assertThrows(IllegalArgumentException.class, () -> registry(16).register("a/b"));
  }

  @Test
  void saysHowToRegisterAnAdapterThatIsUnknown() {
    createTopic();

    var failure = assertThrows(SluiceException.class, () -> registry(16).partitionOf("x"));

    assertEquals(
        "adapter 'x' is not registered; run: sluice topics create --adapter x",
        failure.getMessage());
  }

  @Test
  void saysHowToCreateTheTopicWhenItIsMissing() {
    var failure = assertThrows(SluiceException.class, () -> registry(16).all());

    assertEquals(
        "topic " + names.adapters() + " does not exist; run: sluice topics create",
        failure.getMessage());
  }

  private void createTopic() {
    broker.createTopic(names.adapters(), 1, Map.of("cleanup.policy", "compact"));
  }

  private AdapterRegistry registry(int adaptersMax) {
    return new AdapterRegistry(broker.client(), names, adaptersMax);
  }
}
