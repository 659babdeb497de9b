package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.ClientListener;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Three versions of an adapter of the built-in model, rebuilt and verified as a user would: with
 * batches that linger closed, a record that was rejected, and a change of rank before the third.
 */
class AdapterRebuildIT {

  private static final TestBroker BROKER = TestBroker.shared();
  private static final TopicNames TOPICS = BROKER.freshNames();
  private static final FinancialFeed FEED =
      new FinancialFeed(
          FeedSettings.of(7, "rebuilt", Instant.parse("2026-01-05T09:00:00Z"))
              .withBadShare(0)
              .withDuplicateShare(0));

  @BeforeAll
  static void trainThreeVersions() throws IOException {
    assertEquals(0, run("topics", "create").exitCode());
    send(3);
    BROKER.send(List.of(new ProducerRecord<>(TOPICS.train(), 0, new byte[0], new byte[] {'{'})));
    send(7);
    train(4, 10);
    send(5);
    train(4, 5);
    send(6);
    train(8, 6);
    assertEquals(List.of(3, 2, 2), manifests().stream().map(m -> m.steps().size()).toList());
  }

  @Test
  void everyVersionIsIdenticalFromItsParent() {
    for (int version = 1; version <= 3; version++) {
      CommandRun run = rebuild(version);
      assertEquals(0, run.exitCode(), run.out() + run.err());
      assertTrue(run.out().contains("rebuilt@" + version + " from "), run.out());
      assertTrue(run.out().contains("identical"), run.out());
    }
  }

  @Test
  void allOfThemAreIdenticalFromScratchTheChangeOfRankIncluded() throws IOException {
    CommandRun run = rebuild(3, "--from-scratch", "--json");

    assertEquals(0, run.exitCode(), run.out() + run.err());
    JsonNode json = new JsonMapper().readTree(run.out());
    assertTrue(json.path("identical").asBoolean());
    assertTrue(json.path("parent").isNull());
    assertEquals(3, json.path("versions").size());
    JsonNode weights = json.at("/versions/2/sha256/" + PeftFiles.WEIGHTS);
    assertEquals(64, weights.path("rebuilt").asText().length());
    assertEquals(weights.path("manifest"), weights.path("rebuilt"));
  }

  @Test
  void nothingOnKafkaIsChanged() throws Exception {
    Map<String, Long> before = ends();
    int groups = groups();

    assertEquals(0, rebuild(2).exitCode());
    assertEquals(0, verify("--adapter-version", "2").exitCode());

    assertEquals(before, ends());
    assertEquals(groups, groups());
  }

  @Test
  void otherBytesAreDifferentAndTheStepIsNamed() {
    // The first step's loss and gradient do not know the learning rate yet.
    publish(
        3, 99, m -> ((ObjectNode) m.get("configuration")).put("optimizer.learning.rate", "0.5"));

    CommandRun run = rebuild(99);

    assertEquals(1, run.exitCode(), run.err());
    assertTrue(run.out().contains("DIFFERENT"), run.out());
    assertTrue(run.out().contains("other bytes: adapter_model.safetensors"), run.out());
    assertTrue(run.out().contains("from step 7 on: loss "), run.out());
  }

  @Test
  void anotherMachineIsRefusedUnlessForced() {
    publish(2, 98, m -> ((ObjectNode) m.get("environment")).put("libtorch", "1.0"));

    CommandRun refused = rebuild(98);
    assertEquals(1, refused.exitCode());
    assertTrue(refused.err().contains("libtorch was 1.0 and is 2"), refused.err());
    assertTrue(refused.err().contains("--force"), refused.err());

    CommandRun forced = rebuild(98, "--force");
    assertEquals(0, forced.exitCode(), forced.out() + forced.err());
    assertTrue(forced.out().contains("note: rebuilt@98: libtorch was"), forced.out());
  }

  @Test
  void anotherBaseModelIsRefused() {
    publish(2, 97, m -> ((ObjectNode) m.get("baseModel")).put("sha256", "ab".repeat(32)));

    CommandRun run = rebuild(97, "--force");

    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("--model"), run.err());
  }

  @Test
  void verifyFindsNothingWrongWithSoundVersions() throws IOException {
    for (int version = 1; version <= 3; version++) {
      CommandRun run = verify("--adapter-version", Integer.toString(version), "--json");
      assertEquals(0, run.exitCode(), run.out() + run.err());
      JsonNode json = new JsonMapper().readTree(run.out());
      assertTrue(json.at("/0/sound").asBoolean(), run.out());
    }
  }

  @Test
  void verifyFindsPiecesThatAreMissingAndOffsetsThatOverlap() {
    publish(3, 96, m -> m.put("parent", 3));

    CommandRun run = verify("--all");

    assertEquals(1, run.exitCode());
    assertTrue(
        run.out().contains("rebuilt@96: adapter_model.safetensors of rebuilt@96: piece 0"),
        run.out());
    assertTrue(run.out().contains("rebuilt@96: step 6 stands where step 8 is due"), run.out());
    assertTrue(run.out().contains("was trained already"), run.out());
    assertFalse(run.out().contains("rebuilt@3:"), run.out());
  }

  @Test
  void verifyTakesAllOrOne() {
    assertEquals(2, verify("--all", "--adapter-version", "1").exitCode());
    assertTrue(verify("--adapter-version", "50").err().contains("no version 50"));
  }

  private static CommandRun rebuild(int version, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("adapter", "rebuild", "--adapter-version", Integer.toString(version)));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private static CommandRun verify(String... more) {
    List<String> args = new ArrayList<>(List.of("adapter", "verify"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  /** As another user: with no more of a configuration than where Kafka is. */
  private static CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--set", "kafka.bootstrap.servers=" + BROKER.bootstrap()));
    all.addAll(List.of("--set", "topics.prefix=" + TOPICS.prefix()));
    all.addAll(List.of("--set", "adapter.name=rebuilt"));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static void send(int examples) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      FeedRecord record = FEED.next();
      records.add(
          new ProducerRecord<>(TOPICS.train(), 0, record.key().getBytes(UTF_8), record.value()));
    }
    BROKER.send(records);
  }

  /** One life of a trainer, of so many examples. */
  private static void train(int rank, int examples) throws IOException {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of(
                "kafka.bootstrap.servers", BROKER.bootstrap(),
                "topics.prefix", TOPICS.prefix(),
                "adapter.name", "rebuilt",
                "lora.rank", Integer.toString(rank),
                "batch.max.examples", "4",
                "batch.linger", "200ms",
                "compute.threads", "1"));
    AtomicInteger seen = new AtomicInteger();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(StepOutcome outcome) {
            seen.addAndGet(outcome.report().examples());
          }
        };
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (TrainingSetup setup = TrainingSetup.open(SluiceConfig.load(Optional.empty(), settings))) {
      setup
          .loop(true, listener, ClientListener.NONE, Clock.systemUTC())
          .run(
              () -> {
                assertTrue(System.nanoTime() < deadline, "not trained within a minute");
                return seen.get() == examples;
              });
    }
  }

  private static List<Manifest> manifests() {
    return new CheckpointStore(BROKER.client(), TOPICS).manifests("rebuilt", 0);
  }

  /** Publishes a changed copy of a version's manifest, under another number. */
  private static void publish(int version, int as, Consumer<ObjectNode> change) {
    try {
      JsonMapper mapper = new JsonMapper();
      byte[] sound = ManifestJson.write(manifests().get(version - 1));
      ObjectNode manifest = (ObjectNode) mapper.readTree(sound);
      manifest.put("version", as);
      change.accept(manifest);
      BROKER.send(
          List.of(
              new ProducerRecord<>(
                  TOPICS.checkpoints(),
                  0,
                  ("rebuilt@" + as).getBytes(UTF_8),
                  mapper.writeValueAsBytes(manifest))));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Long> ends() {
    Map<String, Long> ends = new TreeMap<>();
    for (String topic :
        List.of(
            TOPICS.train(),
            TOPICS.boundaries(),
            TOPICS.steps(),
            TOPICS.checkpoints(),
            TOPICS.chunks(),
            TOPICS.rejected(),
            TOPICS.adapters())) {
      ends.put(topic, (long) BROKER.readCommitted(topic).size());
    }
    return ends;
  }

  private static int groups() throws Exception {
    try (Admin admin = Admin.create(BROKER.client())) {
      return admin.listGroups().all().get().size();
    }
  }
}
