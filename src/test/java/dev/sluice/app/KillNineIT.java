package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.TopicAdmin;
import dev.sluice.kafka.TopicLayout;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The real trainer with the real model, killed with SIGKILL again and again. */
class KillNineIT {

  private static final String ADAPTER = "killed";
  private static final int BATCH = 8;
  private static final int EXAMPLES = 20 * BATCH;
  private static final int KILLS = 3;

  /** What a life that is killed gets to train: batches for two commits, and a batch left open. */
  private static final int PORTION = 5 * BATCH + 3;

  private static final long SEED = 20_261;

  private String linger = "1h"; // only full batches: they are a function of the log

  private int examples = EXAMPLES;

  private final TopicNames topics = TestBroker.shared().freshNames();
  private final Map<String, Object> client = TestBroker.shared().client();

  @Test
  void aRunThatIsKilledEndsInTheBytesOfOneThatIsNot() throws Exception {
    int partition = createTopics();
    runAndKill(partition);
    KillNineIT other = new KillNineIT();
    other.send(other.createTopics());
    other.runToTheEnd(partition);

    Manifest newest = newest(partition).orElseThrow();
    Manifest undisturbed = other.newest(partition).orElseThrow();
    assertEquals(EXAMPLES, newest.counts().examples());
    assertEquals(undisturbed.step(), newest.step());
    for (String file : List.of(PeftFiles.WEIGHTS, TrainerStateFile.NAME)) {
      assertArrayEquals(
          other.store().fetch(undisturbed, file).content(), store().fetch(newest, file).content());
    }
    assertUnbroken(store().manifests(ADAPTER, partition));
  }

  @Test
  void aRunThatIsKilledAndLingersIsMadeAgainFromTheLog() throws Exception {
    linger = "20ms"; // shorter than a step: what is left of a portion is trained
    examples = EXAMPLES + 3; // so that one step at least is not full
    int partition = createTopics();
    runAndKill(partition);

    List<String> rebuild = new ArrayList<>(List.of("adapter", "rebuild", "--from-scratch"));
    settings(2).forEach(setting -> rebuild.addAll(List.of("--set", setting)));
    CommandRun run = CommandRun.of(rebuild.toArray(String[]::new));

    assertEquals(0, run.exitCode(), run.out() + run.err());
    assertTrue(run.out().contains("identical"), run.out());
    List<StepSpan> steps =
        store().manifests(ADAPTER, partition).stream().flatMap(m -> m.steps().stream()).toList();
    assertTrue(steps.stream().anyMatch(step -> step.examples() < BATCH), "some have lingered");
    rebuild.set(1, "verify");
    rebuild.set(2, "--all");
    assertEquals(0, CommandRun.of(rebuild.toArray(String[]::new)).exitCode());
  }

  @Test
  void sigtermFinishesTheStepCommitsAndLeavesAndHealthAnswersMeanwhile() throws Exception {
    int partition = createTopics();
    send(partition);
    try (TrainProcess trainer = TrainProcess.start(settings(1000))) {
      trainer.awaitLog("Restored");
      String address = trainer.address().orElseThrow();
      awaitStatus(address + "/readyz", 200);
      assertEquals(200, status(address + "/livez"));
      assertTrue(body(address + "/metrics").contains("sluice_steps_total"), "metrics are served");
      awaitBody(address + "/metrics", "sluice_steps_total{outcome=\"applied\"} 3.0");

      assertEquals(128 + 15, trainer.terminate());

      Manifest newest = newest(partition).orElseThrow();
      assertTrue(newest.step() >= 3, "step " + newest.step());
      assertEquals(newest.step() * BATCH, newest.counts().examples());
      assertTrue(trainer.text().contains("Stopped"), trainer.text());
    }
  }

  private void runAndKill(int partition) throws Exception {
    Random random = new Random(SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      send(partition, kill * PORTION, (kill + 1) * PORTION);
      try (TrainProcess trainer = TrainProcess.start(settings(2))) {
        trainer.awaitLog("Restored");
        trainer.awaitLog("Checkpoint committed", random.nextInt(3));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(60)); // anywhere in steps and commits
        trainer.kill();
      }
    }
    send(partition, KILLS * PORTION, examples);
    runToTheEnd(partition);
  }

  private void runToTheEnd(int partition) throws Exception {
    try (TrainProcess trainer = TrainProcess.start(settings(2))) {
      awaitAll(trainer, partition);
    }
  }

  private void awaitAll(TrainProcess trainer, int partition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (newest(partition).map(m -> m.counts().examples()).orElse(0L) < examples) {
      assertTrue(trainer.isAlive() && System.nanoTime() < deadline, trainer::text);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Each version's parent is the one before, and the steps cover every offset once. */
  private static void assertUnbroken(List<Manifest> manifests) {
    Long before = null;
    long nextOffset = 0;
    long step = 0;
    for (Manifest manifest : manifests) {
      assertEquals(before, manifest.parent());
      assertEquals(before == null ? 1 : before + 1, manifest.version());
      for (StepSpan span : manifest.steps()) {
        assertEquals(++step, span.step());
        assertEquals(nextOffset, span.firstOffset());
        assertEquals(BATCH, span.examples());
        nextOffset = span.lastOffset() + 1;
      }
      assertEquals(nextOffset, manifest.nextOffset());
      before = manifest.version();
    }
    assertEquals(EXAMPLES, nextOffset);
  }

  private List<String> settings(int checkpointSteps) {
    return List.of(
        "kafka.bootstrap.servers=" + TestBroker.shared().bootstrap(),
        "topics.prefix=" + topics.prefix(),
        "adapter.name=" + ADAPTER,
        "adapters.max=1",
        "lora.rank=4",
        "batch.max.examples=" + BATCH,
        "batch.linger=" + linger,
        "checkpoint.steps=" + checkpointSteps,
        "checkpoint.interval=1s",
        "compute.threads=1",
        "http.port=0");
  }

  private int createTopics() {
    try (Admin admin = Admin.create(client)) {
      new TopicAdmin(
              admin, new TopicLayout(topics, 1, TopicLayout.BROKER_DEFAULT, Duration.ofDays(1)))
          .create();
    }
    return new AdapterRegistry(client, topics, 1).register(ADAPTER);
  }

  private void send(int partition) {
    send(partition, 0, EXAMPLES);
  }

  /** Sends examples {@code from} to {@code to - 1} of the feed. */
  private void send(int partition, int from, int to) {
    FinancialFeed feed =
        new FinancialFeed(
            FeedSettings.of(SEED, ADAPTER, Instant.parse("2026-01-05T09:00:00Z"))
                .withBadShare(0)
                .withDuplicateShare(0));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < to; i++) {
      FeedRecord record = feed.next();
      assertTrue(keys.add(record.key()), "keys are unique");
      records.add(
          new ProducerRecord<>(
              topics.train(),
              partition,
              record.key().getBytes(StandardCharsets.UTF_8),
              record.value()));
    }
    TestBroker.shared().send(records.subList(from, to));
  }

  private CheckpointStore store() {
    return new CheckpointStore(client, topics);
  }

  private Optional<Manifest> newest(int partition) {
    return store().latest(ADAPTER, partition);
  }

  private static void awaitStatus(String uri, int expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (status(uri) != expected) {
      assertTrue(System.nanoTime() < deadline, uri + " does not answer " + expected);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void awaitBody(String uri, String expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!body(uri).contains(expected)) {
      assertTrue(System.nanoTime() < deadline, uri + " does not say " + expected);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static int status(String uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.discarding())
        .statusCode();
  }

  private static String body(String uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
        .body();
  }
}
