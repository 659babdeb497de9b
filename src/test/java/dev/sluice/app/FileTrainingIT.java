package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.data.MicroBatcher;
import dev.sluice.data.TokenizedExample;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.ClientListener;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.TrainingListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a file against training from a real broker, and as a process that is stopped. */
class FileTrainingIT {

  private static final String ADAPTER = "offline";
  private static final int MAX_EXAMPLES = 6;

  /** Some batches end by it, others by their examples. */
  private static final int MAX_TOKENS = 300;

  private final TestBroker broker = TestBroker.shared();
  private final TopicNames topics = broker.freshNames();

  @TempDir Path directory;

  @Test
  void theSameExamplesInTheSameBatchesMakeTheSameBytes() throws IOException {
    SluiceConfig config = SluiceConfig.load(Optional.empty(), settings());
    List<byte[]> rows;
    Manifest manifest;
    try (TrainingSetup setup = TrainingSetup.open(config)) {
      rows = rowsOfFullBatches(config, setup);
      assertEquals(0, CommandRun.of(args("topics", "create")).exitCode());
      broker.send(
          rows.stream()
              .map(row -> new ProducerRecord<>(topics.train(), 0, "id".getBytes(UTF_8), row))
              .toList());
      trainFromKafka(setup, rows.size() - 1); // one of them cannot be used
    }
    CheckpointStore store = new CheckpointStore(broker.client(), topics);
    manifest = store.latest(ADAPTER, 0).orElseThrow();
    Set<Integer> sizes =
        manifest.steps().stream().map(StepSpan::examples).collect(Collectors.toSet());
    assertTrue(sizes.size() > 1 && sizes.contains(MAX_EXAMPLES), "both limits close batches");

    Path out = directory.resolve("adapter");
    CommandRun run =
        CommandRun.of(args("train", "--file", file(rows).toString(), "--out", out.toString()));

    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().lines().anyMatch(l -> l.matches("rejected rows +1")), run.out());
    for (String file : List.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS, TrainerStateFile.NAME)) {
      assertArrayEquals(
          store.fetch(manifest, file).content(), Files.readAllBytes(out.resolve(file)), file);
    }
  }

  @Test
  void sigtermFinishesTheStepAndWritesWhatIsTrained() throws Exception {
    Path out = directory.resolve("adapter");
    List<String> settings =
        settings().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    try (TrainProcess process =
        TrainProcess.start(
            settings,
            "--file",
            file(feed(20)).toString(),
            "--out",
            out.toString(),
            "--epochs",
            "100000")) {
      process.awaitLog("Epoch ended", 2);

      assertEquals(128 + 15, process.terminate());

      assertTrue(process.text().contains("the last one stopped"), process.text());
      assertEquals(Set.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS, TrainerStateFile.NAME), names(out));
      assertEquals(Set.of("adapter", "rows.jsonl"), names(directory));
    }
  }

  private void trainFromKafka(TrainingSetup setup, int examples) throws IOException {
    AtomicLong trained = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(StepOutcome outcome) {
            trained.addAndGet(outcome.report().examples());
          }
        };
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    setup
        .loop(listener, ClientListener.NONE, Clock.systemUTC())
        .run(
            () -> {
              assertTrue(System.nanoTime() < deadline, "trained " + trained + " of " + examples);
              return trained.get() == examples;
            });
  }

  /** Rows whose last one closes a batch: one that stays open would wait for the clock. */
  private List<byte[]> rowsOfFullBatches(SluiceConfig config, TrainingSetup setup)
      throws IOException {
    List<byte[]> all = feed(60);
    all.add(3, "{\"v\":1}".getBytes(UTF_8));
    MicroBatcher batcher = new MicroBatcher(MAX_EXAMPLES, MAX_TOKENS, Duration.ZERO);
    int full = 0;
    try (FileExamples rows =
        FileExamples.open(file(all), config, setup.tokens(), (line, reason) -> {})) {
      for (TokenizedExample row = rows.next(); row != null; row = rows.next()) {
        boolean closed = !batcher.add(row, Instant.EPOCH).isEmpty();
        full = closed && batcher.waiting() == 0 ? (int) row.position().offset() : full;
      }
    }
    assertTrue(full > 5 * MAX_EXAMPLES, "a few batches");
    return all.subList(0, full);
  }

  private static List<byte[]> feed(int count) {
    FinancialFeed feed =
        new FinancialFeed(
            FeedSettings.of(9, ADAPTER, Instant.parse("2026-01-05T09:00:00Z"))
                .withBadShare(0)
                .withDuplicateShare(0));
    return Stream.generate(() -> feed.next().value())
        .limit(count)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private Path file(List<byte[]> rows) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] row : rows) {
      lines.writeBytes(row);
      lines.write('\n');
    }
    return Files.write(directory.resolve("rows.jsonl"), lines.toByteArray());
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrap());
    settings.put("topics.prefix", topics.prefix());
    settings.put("adapter.name", ADAPTER);
    settings.put("lora.rank", "4");
    settings.put("batch.max.examples", Integer.toString(MAX_EXAMPLES));
    settings.put("batch.max.tokens", Integer.toString(MAX_TOKENS));
    settings.put("batch.linger", "1h");
    settings.put("compute.threads", "1");
    return settings;
  }

  private String[] args(String... command) {
    List<String> args = new ArrayList<>(List.of(command));
    settings().forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
    return args.toArray(String[]::new);
  }

  private static Set<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(HashSet::new));
    }
  }
}
