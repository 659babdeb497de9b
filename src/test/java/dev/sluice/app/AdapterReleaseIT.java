package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.SigningKeys;
import dev.sluice.kafka.ClientListener;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import dev.sluice.train.TrainingListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of an adapter, released, rolled back and trimmed as a user would. */
class AdapterReleaseIT {

  private static final TestBroker BROKER = TestBroker.shared();

  private final TopicNames topics = BROKER.freshNames();
  private final Map<String, String> settings =
      new TreeMap<>(
          Map.of(
              "kafka.bootstrap.servers",
              BROKER.bootstrap(),
              "topics.prefix",
              topics.prefix(),
              "adapter.name",
              "served",
              "lora.rank",
              "2",
              "batch.max.examples",
              "1",
              "batch.linger",
              "1h",
              "checkpoint.steps",
              "1",
              "retention.keep.last",
              "1"));

  @TempDir Path directory;

  @BeforeEach
  void createTopics() {
    assertEquals(0, run("topics", "create").exitCode());
  }

  @Test
  void releasesAndRollsBack() throws IOException {
    train(5);
    Path out = directory.resolve("adapter");
    assertFails("has no released version", pull(out, "--released"));
    assertFails("has no released version", run("adapter", "rollback"));

    assertSays("served@2 (step 2, 2 examples) is released", release(2));
    assertFails("has nothing to roll back to", run("adapter", "rollback"));
    assertSays("served@3 (step 3, 3 examples) is released, in place of 2", release(3));
    assertSays("served@3 was released already", release(3));
    JsonNode json =
        json(
            run(
                "adapter",
                "release",
                "--adapter-version",
                "5",
                "--by",
                "desk",
                "--reason",
                "better",
                "--json"));
    assertEquals(5, json.path("version").asInt());
    assertEquals("desk", json.path("by").asText());
    assertEquals("better", json.path("reason").asText());
    assertEquals("[3,2]", json.path("previous").toString());
    assertEquals(List.of("-", "before", "before", "-", "yes"), releasedColumn());

    assertSays("served@5", pull(out, "--released", "--force"));
    assertSays("served@3 is released again, in place of 5", run("adapter", "rollback"));
    assertSays("served@3", pull(out, "--released", "--force"));
    assertEquals(3, manifest(out).version());
    assertEquals(List.of("-", "before", "yes", "-", "-"), releasedColumn());

    release(4);
    assertFails(
        "cannot be rolled back to 5: released before 4 were [3, 2]",
        run("adapter", "rollback", "--to", "5"));
    JsonNode back = json(run("adapter", "rollback", "--to", "2", "--json"));
    assertEquals(2, back.path("version").asInt());
    assertEquals("[]", back.path("previous").toString());
    JsonNode list = json(run("adapter", "list", "--json"));
    assertTrue(list.at("/1/released").asBoolean());
    assertFalse(list.at("/2/rollbackTarget").asBoolean());
  }

  @Test
  void releasesOnlyWhatIsWhole() throws IOException {
    train(2);
    assertFails("has no version 99; see: sluice adapter list", release(99));
    ConsumerRecord<byte[], byte[]> row = BROKER.readCommitted(topics.checkpoints()).get(1);
    String sha256 = ManifestJson.read(row.value()).file(PeftFiles.WEIGHTS).sha256();
    String damaged = new String(row.value(), UTF_8).replace(sha256, "0".repeat(64));
    publish(row, damaged.getBytes(UTF_8));
    assertFails("served@2 was not released: the manifest of served@2 was changed", release(2));

    Manifest sealed = ManifestSeal.seal(ManifestJson.read(damaged.getBytes(UTF_8)), null);
    publish(row, ManifestJson.write(sealed));
    CommandRun release = release(2);

    assertFails("served@2 was not released: adapter_model.safetensors of served@2 has", release);
    assertEquals(List.of("-", "-"), releasedColumn());
    assertEquals(0, BROKER.readCommitted(topics.releases()).size());
  }

  @Test
  void releasesOnlyWhatATrustedKeySigned() throws IOException {
    train(1);
    Path publicKey = directory.resolve("public.pem");
    SigningKeys.write(directory.resolve("private.pem"), publicKey);
    CommandRun release =
        run(
            "adapter",
            "release",
            "--adapter-version",
            "1",
            "--set",
            "checkpoint.trusted.keys=" + publicKey);

    assertFails("served@1 was not released: ", release);
    assertFails("is not signed", release);
    assertEquals(List.of("-"), releasedColumn());
  }

  @Test
  void trimsWhatNobodyNeeds() throws IOException {
    train(5);
    release(2);
    JsonNode plan = json(run("adapter", "trim", "--all", "--dry-run", "--json"));
    assertEquals("[3]", plan.at("/0/dropped").toString());
    assertEquals("[1,2,4,5]", plan.at("/0/kept").toString());
    assertTrue(plan.at("/0/dryRun").asBoolean());
    assertEquals(0, tombstones());

    CommandRun trim = run("adapter", "trim", "--adapter", "served");

    assertSays("1-2, 4-5", trim);
    assertTrue(tombstones() >= 3, "adapter, its configuration and the trainer's state");
    assertFails(
        "served@3 was trimmed: its files are gone, as retention.keep.* says; kept are: 1-2, 4-5",
        pull(directory.resolve("none"), "--adapter-version", "3"));
    assertFalse(Files.exists(directory.resolve("none")));
    assertFails("served@3 was trimmed", release(3));
    assertTrue(run("adapter", "list").out().contains("trimmed"));
    assertTrue(json(run("adapter", "list", "--json")).at("/2/trimmed").asBoolean());
    for (int version : List.of(1, 2, 4, 5)) {
      Path out = directory.resolve("v" + version);
      assertSays("served@" + version, pull(out, "--adapter-version", "" + version));
      for (String file : List.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS)) {
        assertEquals(manifest(out).file(file).sha256(), Sha256.of(out.resolve(file)));
      }
    }
    CommandRun verify = run("adapter", "verify", "--all");
    assertSays("OK, files trimmed", verify);
    assertFails(
        "served@3 was trimmed: its files are gone, as retention.keep.* says; rebuild what came from"
            + " it with --from-scratch",
        run("adapter", "rebuild", "--adapter-version", "4"));
    assertFails("is not registered", run("adapter", "trim", "--adapter", "nobody"));
  }

  @Test
  void trimsAgainAndAgainUntilToldToStop() throws Exception {
    List<String> command = new ArrayList<>(TrainProcess.sluice());
    command.addAll(List.of("adapter", "trim", "--all", "--every", "1h"));
    command.addAll(set());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertEquals("ADAPTER  KEPT  DROPPED  BYTES", out.readLine());
      assertEquals("served   none  none         0", out.readLine());
      process.toHandle().destroy(); // SIGTERM
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not wait for the next round");
    } finally {
      process.destroyForcibly();
    }
  }

  private void train(int versions) throws IOException {
    FinancialFeed feed =
        new FinancialFeed(
            FeedSettings.of(7, "served", Instant.parse("2026-01-05T09:00:00Z"))
                .withBadShare(0)
                .withDuplicateShare(0));
    AtomicLong sent = new AtomicLong();
    AtomicLong newest = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void checkpointed(long version, long bytes, Duration time) {
            newest.set(version);
          }
        };
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (TrainingSetup setup = TrainingSetup.open(SluiceConfig.load(Optional.empty(), settings))) {
      setup
          .loop(listener, ClientListener.NONE, Clock.systemUTC())
          .run(
              () -> {
                assertTrue(System.nanoTime() < deadline, "no checkpoints within a minute");
                if (newest.get() == sent.get() && sent.get() < versions) {
                  send(feed.next()); // a checkpoint each: two steps could share one
                  sent.incrementAndGet();
                }
                return newest.get() == versions;
              });
    }
  }

  private void send(FeedRecord record) {
    BROKER.send(
        List.of(
            new ProducerRecord<>(topics.train(), 0, record.key().getBytes(UTF_8), record.value())));
  }

  private static void publish(ConsumerRecord<byte[], byte[]> row, byte[] manifest) {
    BROKER.send(List.of(new ProducerRecord<>(row.topic(), row.partition(), row.key(), manifest)));
  }

  private long tombstones() {
    return BROKER.readCommitted(topics.chunks()).stream().filter(r -> r.value() == null).count();
  }

  private List<String> releasedColumn() throws IOException {
    CommandRun list = run("adapter", "list");
    assertTrue(list.out().lines().findFirst().orElseThrow().endsWith("RELEASED"), list.out());
    List<String> column =
        list.out().lines().skip(1).map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList();
    JsonNode json = json(run("adapter", "list", "--json"));
    assertEquals(
        column.stream().map("yes"::equals).toList(),
        StreamSupport.stream(json.spliterator(), false)
            .map(version -> version.path("released").asBoolean())
            .toList());
    return column;
  }

  private CommandRun release(long version) {
    return run("adapter", "release", "--adapter-version", Long.toString(version));
  }

  private CommandRun pull(Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("adapter", "pull", "--out", out.toString()));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  private CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(set());
    return CommandRun.of(all.toArray(String[]::new));
  }

  private List<String> set() {
    return settings.entrySet().stream()
        .flatMap(e -> Stream.of("--set", e.getKey() + "=" + e.getValue()))
        .toList();
  }

  private static void assertSays(String says, CommandRun run) {
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().contains(says), run.out());
  }

  private static void assertFails(String says, CommandRun run) {
    assertEquals(1, run.exitCode(), run.out());
    assertTrue(run.err().contains(says), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertEquals(0, run.exitCode(), run.err());
    return new JsonMapper().readTree(run.out());
  }

  private static Manifest manifest(Path adapter) throws IOException {
    return ManifestJson.read(Files.readAllBytes(adapter.resolve(AdapterPull.MANIFEST)));
  }
}
