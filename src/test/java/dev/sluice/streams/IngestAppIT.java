package dev.sluice.streams;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SluiceException;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.TopicAdmin;
import dev.sluice.kafka.TopicLayout;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestAppIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final TestBroker broker = TestBroker.shared();
  private final TopicNames topics = broker.freshNames();

  @TempDir Path directory;

  @Test
  void eachExampleArrivesOnceOverARestartThatLosesTheStateDirectory() throws Exception {
    createTopics();
    send(0, 50);
    try (IngestApp app = app("first")) {
      app.start();
      app.awaitRunning(TIMEOUT);
      awaitTrained(50);
    }
    send(0, 60); // fifty of them again
    broker.send(topics.examples(), "bad", "not json");
    try (IngestApp app = app("second")) {
      app.start();
      app.awaitRunning(TIMEOUT);
      awaitTrained(60);
    }

    List<String> ids = trained();
    assertEquals(60, ids.stream().distinct().count());
    assertEquals(60, ids.size());
    assertEquals(1, broker.readCommitted(topics.rejected()).size());
  }

  @Test
  void endsAndSaysWhyWhenAnExampleHasNoPartitionToGoTo() throws Exception {
    broker.createTopic(topics.train(), 1, Map.of());
    createTopics();
    assertEquals(1, new AdapterRegistry(broker.client(), topics, 2).register("second"));
    try (IngestApp app = app("failing")) {
      app.start();
      app.awaitRunning(TIMEOUT);
      assertEquals(Optional.empty(), app.failure());

      broker.send(
          topics.examples(),
          "key",
          """
          {"v":1,"id":"1","adapter":"second","prompt":"p","completion":"c"}\
          """);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (!app.hasEnded()) {
        assertTrue(System.nanoTime() < deadline, "ingest goes on");
        TimeUnit.MILLISECONDS.sleep(20);
      }

      assertFalse(app.isRunning());
      assertSays("run: sluice topics check", app.failure().orElseThrow());
    }
    assertEquals(List.of(), trained());
  }

  @Test
  void saysWhatIsWrongWhenTheTopicsAreMissing() throws Exception {
    Exception failure =
        assertThrows(
            Exception.class,
            () -> {
              try (IngestApp app = app("missing")) {
                app.start();
                app.awaitRunning(TIMEOUT);
              }
            });

    assertTrue(failure instanceof SluiceException, "got " + failure);
    assertTrue(String.valueOf(failure.getMessage()).contains("topics"), failure.getMessage());
  }

  private IngestApp app(String state) {
    return new IngestApp(
        broker.client(),
        topics,
        new IngestTopology.Settings(262_144, Duration.ofDays(7), "default"),
        directory.resolve(state),
        IngestListener.NONE);
  }

  private void createTopics() {
    try (Admin admin = Admin.create(broker.client())) {
      new TopicAdmin(
              admin, new TopicLayout(topics, 2, TopicLayout.BROKER_DEFAULT, Duration.ofDays(7)))
          .create();
    }
    new AdapterRegistry(broker.client(), topics, 2).register("default");
  }

  private void send(int from, int to) {
    broker.send(
        new ArrayList<>(
            IntStream.range(from, to)
                .mapToObj(
                    i ->
                        new ProducerRecord<>(
                            topics.examples(),
                            ("key-" + i).getBytes(StandardCharsets.UTF_8),
                            """
                            {"context":"question %d","target":"answer"}\
                            """
                                .formatted(i)
                                .getBytes(StandardCharsets.UTF_8)))
                .toList()));
  }

  private void awaitTrained(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (trained().size() < count) {
      assertTrue(System.nanoTime() < deadline, "only " + trained().size() + " of " + count);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private List<String> trained() {
    return broker.readCommitted(topics.train()).stream()
        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
        .toList();
  }
}
