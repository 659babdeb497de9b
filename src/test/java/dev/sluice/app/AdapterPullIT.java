package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Manifests;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.SigningKeys;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.ClientListener;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of an adapter of the built-in model, listed and fetched as a user would. */
class AdapterPullIT {

  private static final TestBroker BROKER = TestBroker.shared();
  private static final TopicNames TOPICS = BROKER.freshNames();
  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.of(
              "kafka.bootstrap.servers",
              BROKER.bootstrap(),
              "topics.prefix",
              TOPICS.prefix(),
              "adapter.name",
              "pulled",
              "lora.rank",
              "4",
              "batch.max.examples",
              "2",
              "batch.linger",
              "1h",
              "checkpoint.steps",
              "1"));

  @TempDir static Path keys;

  @TempDir Path directory;

  @BeforeAll
  static void trainTwoSignedVersions() throws IOException {
    SigningKeys.write(keys.resolve("ours.key"), trusted("ours").resolve("key.pem"));
    SigningKeys.write(keys.resolve("theirs.key"), trusted("theirs").resolve("key.pem"));
    SETTINGS.put("checkpoint.signing.key", keys.resolve("ours.key").toString());
    assertEquals(0, run("topics", "create").exitCode());
    FinancialFeed feed =
        new FinancialFeed(
            FeedSettings.of(7, "pulled", Instant.parse("2026-01-05T09:00:00Z"))
                .withBadShare(0)
                .withDuplicateShare(0));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FeedRecord record = feed.next();
      records.add(
          new ProducerRecord<>(TOPICS.train(), 0, record.key().getBytes(UTF_8), record.value()));
    }
    BROKER.send(records);
    AtomicLong newest = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void checkpointed(long version, long bytes, Duration time) {
            newest.set(version);
          }
        };
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (TrainingSetup setup = TrainingSetup.open(SluiceConfig.load(Optional.empty(), SETTINGS))) {
      setup
          .loop(listener, ClientListener.NONE, Clock.systemUTC())
          .run(
              () -> {
                assertTrue(System.nanoTime() < deadline, "no checkpoint within a minute");
                return newest.get() == 2;
              });
    }
  }

  @Test
  void listShowsTheVersions() throws IOException {
    CommandRun list = run("adapter", "list", "--adapter", "pulled");
    assertEquals(0, list.exitCode(), list.err());
    assertEquals(3, list.out().lines().count(), list.out());
    assertTrue(list.out().contains("pulled"), list.out());

    for (String column : List.of("VERSION", "LOSS", "ACCURACY", "SIGNED", "CUTOFF", " yes ")) {
      assertTrue(list.out().contains(column), list.out());
    }

    JsonNode json =
        new JsonMapper().readTree(run("adapter", "list", "--adapter", "pulled", "--json").out());
    assertEquals(
        List.of(1, 2), List.of(json.at("/0/version").asInt(), json.at("/1/version").asInt()));
    assertEquals(4, json.at("/1/nextOffset").asInt());
    assertEquals(64, json.at("/1/sha256/" + PeftFiles.WEIGHTS).asText().length());
    assertTrue(json.at("/1/lossNats").asDouble() > 0, json.toString());
    assertEquals(64, json.at("/1/keyId").asText().length());
  }

  @Test
  void pullWritesTheFilesThatTheManifestNames() throws IOException {
    Path out = directory.resolve("adapter");

    CommandRun pull = run("adapter", "pull", "--out", out.toString());

    assertEquals(0, pull.exitCode(), pull.err());
    assertTrue(pull.out().contains("pulled@2"), pull.out());
    assertEquals(Set.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS, AdapterPull.MANIFEST), names(out));
    Manifest manifest = manifest(out);
    assertEquals(2, manifest.version());
    Environment environment = manifest.environment();
    assertEquals("2.7.1", environment.libtorch());
    assertTrue(environment.flavor().matches("cpu|cu\\d+.*"), environment.flavor());
    assertEquals("none", environment.quantization());
    assertTrue(Set.of("fp32", "bf16").contains(environment.precision()), environment.precision());
    assertEquals(4, manifest.counts().bySource().values().stream().mapToLong(n -> n).sum());
    for (String file : List.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS)) {
      assertEquals(manifest.file(file).sha256(), Sha256.of(out.resolve(file)));
    }
  }

  @Test
  void pullChecksTheSignatureIfThereAreTrustedKeys() throws IOException {
    Path out = directory.resolve("adapter");

    CommandRun foreign = pull("pulled", out, "checkpoint.trusted.keys=" + trusted("theirs"));
    assertFailsInOneLine(foreign, "pulled@2 is signed with key ");
    assertTrue(foreign.err().contains("add its public key if you trust its owner"), foreign.err());
    assertEquals(Set.of(), names(directory), "nothing is written");

    CommandRun ours = pull("pulled", out, "checkpoint.trusted.keys=" + trusted("ours"));
    assertEquals(0, ours.exitCode(), ours.err());
    assertTrue(ours.out().contains("signature checked"), ours.out());
  }

  @Test
  void pullRefusesAnUnsignedVersionIfThereAreTrustedKeys() throws IOException {
    publish("unsigned", ManifestJson.write(ManifestSeal.seal(first("unsigned"), null)));
    CommandRun pull =
        pull("unsigned", directory.resolve("a"), "checkpoint.trusted.keys=" + trusted("ours"));
    assertFailsInOneLine(pull, "unsigned@1 is not signed");
    assertEquals(Set.of(), names(directory), "nothing is written");
  }

  @Test
  void pullRefusesAManifestThatWasChanged() throws IOException {
    String sound = new String(ManifestJson.write(ManifestSeal.seal(first("changed"), null)), UTF_8);
    publish("changed", sound.replace("\"examples\":1900", "\"examples\":1901").getBytes(UTF_8));
    assertFailsInOneLine(
        pull("changed", directory.resolve("a")), "the manifest of changed@1 was changed");
    assertEquals(Set.of(), names(directory), "nothing is written");
  }

  @Test
  void pullRefusesAManifestOfANewerSluice() throws IOException {
    String sound = new String(ManifestJson.write(ManifestSeal.seal(first("newer"), null)), UTF_8);
    publish("newer", sound.replace("\"v\":1", "\"v\":2").getBytes(UTF_8));
    assertFailsInOneLine(pull("newer", directory.resolve("a")), "update Sluice");
  }

  @Test
  void pullRefusesWhatIsNoManifest() throws IOException {
    publish("text", "no json".getBytes(UTF_8));
    assertFailsInOneLine(pull("text", directory.resolve("a")), "is not a manifest");
  }

  /** Puts a record where an adapter's manifests are. */
  private static void publish(String adapter, byte[] manifest) {
    BROKER.send(
        List.of(
            new ProducerRecord<>(
                TOPICS.checkpoints(),
                registry().register(adapter),
                (adapter + "@1").getBytes(UTF_8),
                manifest)));
  }

  private static Manifest first(String adapter) {
    int partition = registry().register(adapter);
    return new Manifests().of(adapter, partition).version(1).parent(null, null).build();
  }

  private static AdapterRegistry registry() {
    return new AdapterRegistry(BROKER.client(), TOPICS, 16);
  }

  private static Path trusted(String whose) throws IOException {
    return Files.createDirectories(keys.resolve(whose));
  }

  private static CommandRun pull(String adapter, Path out, String... settings) {
    List<String> args =
        new ArrayList<>(List.of("adapter", "pull", "--adapter", adapter, "--out", out.toString()));
    for (String setting : settings) {
      args.addAll(List.of("--set", setting));
    }
    return run(args.toArray(String[]::new));
  }

  @Test
  void pullReplacesADirectoryOnlyWhenForced() throws IOException {
    Path out = Files.createDirectory(directory.resolve("adapter"));
    Files.writeString(out.resolve("mine.txt"), "mine");

    assertFailsInOneLine(run("adapter", "pull", "--out", out.toString()), "--force");
    assertEquals("mine", Files.readString(out.resolve("mine.txt")));

    CommandRun forced = run("adapter", "pull", "--out", out.toString(), "--force");
    assertEquals(0, forced.exitCode(), forced.err());
    assertFalse(Files.exists(out.resolve("mine.txt")));
    assertEquals(2, manifest(out).version());
    assertEquals(Set.of("adapter"), names(directory), "nothing is left beside it");
  }

  @Test
  void pullFetchesAnOlderVersion() throws IOException {
    Path out = directory.resolve("adapter");

    CommandRun pull = run("adapter", "pull", "--adapter-version", "1", "--out", out.toString());

    assertEquals(0, pull.exitCode(), pull.err());
    assertEquals(1, manifest(out).version());
    assertFailsInOneLine(
        run("adapter", "pull", "--adapter-version", "99", "--out", directory + "/none"),
        "no version 99");
  }

  @Test
  void aPublishedVersionIsTriedAndMergedWithoutADirectory() throws IOException {
    Path pulled = directory.resolve("adapter");
    assertEquals(0, run("adapter", "pull", "--out", pulled.toString()).exitCode());
    String prompt = "Sentiment: Acme falls\nAnswer: ";
    CommandRun published = run("adapter", "try", "--prompt", prompt);
    CommandRun local = run("adapter", "try", "--dir", pulled.toString(), "--prompt", prompt);
    assertEquals(0, published.exitCode(), published.err());
    assertEquals(local.out(), published.out());

    Path ofTopics = directory.resolve("of-topics");
    Path ofDirectory = directory.resolve("of-directory");
    CommandRun merge = run("adapter", "merge", "--adapter", "pulled", "--out", ofTopics.toString());
    assertEquals(0, merge.exitCode(), merge.err());
    String[] fromDirectory = {
      "adapter", "merge", "--dir", pulled.toString(), "--out", ofDirectory.toString()
    };
    assertEquals(0, run(fromDirectory).exitCode());
    assertEquals(
        Sha256.of(ofDirectory.resolve("model.safetensors")),
        Sha256.of(ofTopics.resolve("model.safetensors")));
    assertFailsInOneLine(
        run("adapter", "try", "--adapter-version", "99", "--prompt", prompt), "no version 99");

    // What was merged is another base model, which the manifest beside the adapter tells.
    String[] onMerged = {
      "adapter", "try", "--dir", pulled.toString(), "--model", ofTopics.toString()
    };
    assertFailsInOneLine(run(onMerged), "was trained on base model sluice-tiny");
  }

  @Test
  void aFullDiskIsOneClearMessageAndLeavesNothing() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(SmallDisk.canMount(disk), "small file systems can be mounted here");
    List<String> pull = new ArrayList<>(TrainProcess.sluice());
    pull.addAll(List.of("adapter", "pull", "--out", disk.resolve("adapter").toString()));
    pull.addAll(set());

    Process process = SmallDisk.run(disk, pull);
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    String left = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertEquals(1, process.waitFor(), said);
    assertTrue(said.contains("the disk is full"), said);
    assertEquals(1, said.lines().count(), said);
    assertEquals("", left);
  }

  @Test
  void aMergeOnAFullDiskLeavesNothing() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(SmallDisk.canMount(disk), "small file systems can be mounted here");
    List<String> merge = new ArrayList<>(TrainProcess.sluice());
    merge.addAll(List.of("adapter", "merge", "--out", disk.resolve("merged").toString()));
    merge.addAll(set());

    Process process = SmallDisk.run(disk, merge);
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    String left = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertEquals(1, process.waitFor(), said);
    assertTrue(said.contains("the disk is full"), said);
    assertEquals("", left);
  }

  private static CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(set());
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static List<String> set() {
    return SETTINGS.entrySet().stream()
        .flatMap(e -> Stream.of("--set", e.getKey() + "=" + e.getValue()))
        .toList();
  }

  private static void assertFailsInOneLine(CommandRun run, String says) {
    assertEquals(1, run.exitCode(), run.err());
    assertTrue(run.err().contains(says), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  private static Manifest manifest(Path adapter) throws IOException {
    return ManifestJson.read(Files.readAllBytes(adapter.resolve(AdapterPull.MANIFEST)));
  }

  private static Set<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
    }
  }
}
