package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FeedSettings;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.StepRecord;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The real trainer with the real model, restarted with a higher rank. */
class RankChangeIT {

  private static final TestBroker BROKER = TestBroker.shared();
  private static final int BATCH = 4;

  /** Of a checkpoint. */
  private static final int STEPS = 4;

  private final TopicNames topics = BROKER.freshNames();

  @Test
  void aHigherRankIsRefusedAndOnceAcceptedGoesOnWithTheSameFunction() throws Exception {
    createTopics();
    send(0, STEPS);
    train(4, 1);

    CommandRun refused = run(8, "train");
    assertEquals(1, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("lora.rank=4"), refused.err());
    assertTrue(refused.err().contains("gamma would go from 8 to 5.657"), refused.err());
    assertTrue(refused.err().contains("start with --accept"), refused.err());

    send(STEPS, 2 * STEPS);
    train(8, 1, "--accept");
    assertEquals(2 * STEPS, newest().step());
    assertEquals(STEPS, newest().updates());
    assertEquals("8", newest().configuration().get("lora.rank"));
    assertEquals(
        8, PeftFiles.readConfig(store().fetch(newest(), PeftFiles.CONFIG).content()).rank());

    RankChangeIT unchanged = new RankChangeIT();
    unchanged.createTopics();
    unchanged.send(0, 2 * STEPS);
    unchanged.train(4, 2);
    assertEquals(unchanged.loss(STEPS), loss(STEPS), "the same run until then");
    assertEquals(1, loss(STEPS + 1) / unchanged.loss(STEPS + 1), 1e-5, "the same function");
    assertTrue(loss(STEPS + 1) < 0.9 * loss(1), "which has learned: " + loss(STEPS + 1));
    train(8, 0); // is the adapter's own rank by now
  }

  private void createTopics() {
    CommandRun run = run(4, "topics", "create");
    assertEquals(0, run.exitCode(), run.err());
  }

  /** Sends the examples of steps {@code from} to {@code to - 1}, counted from 0. */
  private void send(int from, int to) {
    FinancialFeed feed =
        new FinancialFeed(
            FeedSettings.of(7, "grown", Instant.parse("2026-01-05T09:00:00Z"))
                .withBadShare(0)
                .withDuplicateShare(0));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < to * BATCH; i++) {
      FeedRecord record = feed.next();
      records.add(
          new ProducerRecord<>(topics.train(), 0, record.key().getBytes(UTF_8), record.value()));
    }
    BROKER.send(records.subList(from * BATCH, to * BATCH));
  }

  /** Trains until so many checkpoints are committed. */
  private void train(int rank, int checkpoints, String... options) throws Exception {
    try (TrainProcess trainer = TrainProcess.start(settings(rank), options)) {
      trainer.awaitLog("Restored");
      trainer.awaitLog("Checkpoint committed", checkpoints);
      assertEquals(128 + 15, trainer.terminate(), trainer::text);
    }
  }

  private CommandRun run(int rank, String... command) {
    List<String> line = new ArrayList<>(List.of(command));
    settings(rank).forEach(setting -> line.addAll(List.of("--set", setting)));
    return CommandRun.of(line.toArray(String[]::new));
  }

  private List<String> settings(int rank) {
    return List.of(
        "kafka.bootstrap.servers=" + BROKER.bootstrap(),
        "topics.prefix=" + topics.prefix(),
        "adapter.name=grown",
        "adapters.max=1",
        "lora.rank=" + rank,
        "optimizer.learning.rate=0.002",
        "optimizer.warmup.updates=0",
        "batch.max.examples=" + BATCH,
        "batch.linger=1h",
        "checkpoint.steps=" + STEPS,
        "compute.threads=1",
        "compute.precision=fp32",
        "http.port=-1");
  }

  private CheckpointStore store() {
    return new CheckpointStore(BROKER.client(), topics);
  }

  private Manifest newest() {
    return store().latest("grown", 0).orElseThrow();
  }

  private double loss(int step) {
    return BROKER.readCommitted(topics.steps()).stream()
        .map(record -> StepRecord.read(record.value()))
        .filter(record -> record.path("step").asInt() == step)
        .mapToDouble(record -> record.path("lossNats").asDouble())
        .findFirst()
        .orElseThrow();
  }
}
