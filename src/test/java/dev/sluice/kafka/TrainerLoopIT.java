package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Signatures;
import dev.sluice.checkpoint.SigningKey;
import dev.sluice.checkpoint.SigningKeys;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import dev.sluice.data.SluiceException;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.serde.StepRecord;
import dev.sluice.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerLoopIT {

  private static final TrainerLoop.Settings EVERY_THREE_STEPS =
      new TrainerLoop.Settings(4, 1_000_000, TrainerRig.NEVER, 3, TrainerRig.NEVER);

  @Test
  void commitsACheckpointEveryFewStepsAndOneAtTheEnd() {
    TrainerRig rig = new TrainerRig().with(EVERY_THREE_STEPS);
    rig.send(0, 20);

    rig.trainUntil(20);

    List<Manifest> manifests = rig.manifests();
    assertEquals(List.of(1L, 2L), manifests.stream().map(Manifest::version).toList());
    assertEquals(List.of(3L, 5L), manifests.stream().map(Manifest::step).toList());
    assertEquals(List.of(12L, 20L), manifests.stream().map(Manifest::nextOffset).toList());
    assertNull(manifests.get(0).parent());
    assertEquals(1, manifests.get(1).parent());
    assertEquals(20, rig.newest().counts().examples());
    assertEquals(
        List.of(new StepSpan(4, 12, 15, 4, null), new StepSpan(5, 16, 19, 4, null)),
        rig.newest().steps());
  }

  @Test
  void commitsACheckpointAfterTheInterval() {
    TrainerRig rig =
        new TrainerRig()
            .with(
                new TrainerLoop.Settings(
                    4, 1_000_000, TrainerRig.NEVER, 1000, Duration.ofMillis(300)));
    rig.send(0, 4);

    rig.runUntil(() -> rig.heard.versions.get() == 1);

    assertEquals(4, rig.newest().counts().examples());
  }

  @Test
  void publishesARecordForEveryStep() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 8);

    rig.trainUntil(8);

    List<JsonNode> steps =
        TestBroker.shared().readCommitted(rig.topics.steps()).stream()
            .map(record -> StepRecord.read(record.value()))
            .toList();
    assertEquals(List.of(1L, 2L), steps.stream().map(s -> s.path("step").asLong()).toList());
    assertEquals(rig.newest().attempt(), steps.get(1).path("attempt").asLong());
    assertEquals(7, steps.get(1).path("lastOffset").asLong());
    assertEquals(4, steps.get(1).path("tasks").path("task").path("examples").asInt());
  }

  @Test
  void aRestartGoesOnFromTheNewestManifestAndEndsInTheSameBytes() {
    TrainerRig undisturbed = new TrainerRig();
    undisturbed.send(0, 40);
    undisturbed.trainUntil(40);

    TrainerRig rig = new TrainerRig();
    rig.send(0, 40);
    rig.trainUntil(13); // stops after the batch that passes it
    rig.trainUntil(29);
    rig.trainUntil(40);

    assertArrayEquals(undisturbed.weights(), rig.weights());
    assertEquals(40, rig.newest().counts().examples());
  }

  @Test
  void whatWasTrainedAfterTheLastCheckpointIsTrainedAgainAfterACrash() {
    TrainerRig undisturbed = new TrainerRig();
    undisturbed.send(0, 32);
    undisturbed.trainUntil(32);

    TrainerRig rig = new TrainerRig().failingAtStep(5); // two steps after the checkpoint at 3
    rig.send(0, 32);
    assertThrows(IllegalStateException.class, () -> rig.trainUntil(1000));
    assertEquals(12, rig.newest().nextOffset());
    rig.failingAtStep(0).heard.examples.set(12);
    rig.trainUntil(32);

    assertArrayEquals(undisturbed.weights(), rig.weights());
    assertEquals(32, rig.newest().counts().examples());
    List<JsonNode> fourth =
        TestBroker.shared().readCommitted(rig.topics.steps()).stream()
            .map(record -> StepRecord.read(record.value()))
            .filter(step -> step.path("step").asLong() == 4)
            .toList();
    assertEquals(2, fourth.size(), "the replayed step has a record of its own");
    assertTrue(
        fourth.get(1).path("attempt").asLong() > fourth.get(0).path("attempt").asLong(),
        "and a higher attempt");
  }

  @Test
  void stoppingDropsTheOpenBatchAndCommitsWhatIsTrained() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 6);

    rig.runUntil(() -> rig.heard.examples.get() == 4 && rig.heard.turns.get() > 3);

    assertEquals(4, rig.newest().nextOffset());
    rig.send(6, 8);
    rig.trainUntil(8);
    assertEquals(8, rig.newest().counts().examples());
  }

  @Test
  void lingerClosesABatch() {
    TrainerRig rig =
        new TrainerRig()
            .with(
                new TrainerLoop.Settings(
                    4, 1_000_000, Duration.ofMillis(200), 1000, TrainerRig.NEVER));
    rig.send(0, 3);

    rig.trainUntil(3);

    assertEquals(List.of(new StepSpan(1, 0, 2, 3, null)), rig.newest().steps());
  }

  @Test
  void whatCannotBeTrainedIsRejectedWithTheCheckpointAndOnce() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 2);
    rig.sendUnusable("too-long");
    rig.sendRaw("broken", "{");
    rig.send(2, 4);
    rig.send(4, 6);
    rig.sendUnusable("in-the-open-batch");

    rig.runUntil(() -> rig.heard.rejected.get() == 3);

    List<RejectedRecord> rejected = rejected(rig);
    assertEquals(2, rejected.size(), "the third comes after the last committed offset");
    assertEquals("does not fit", rejected.get(0).rejection().reason());
    assertEquals(2, rejected.get(0).rejection().source().offset());
    assertEquals(rig.topics.train(), rejected.get(0).rejection().source().topic());
    assertEquals("broken", new String(rejected.get(1).key(), UTF_8));
    assertEquals("{", new String(rejected.get(1).value(), UTF_8));
    assertEquals(2, rig.newest().counts().rejected());

    rig.send(6, 8);
    rig.trainUntil(8);
    assertEquals(3, rejected(rig).size(), "after the restart it is read and rejected once");
    assertEquals(3, rig.newest().counts().rejected());
  }

  @Test
  void rejectedRecordsAloneMoveTheOffset() {
    TrainerRig rig =
        new TrainerRig()
            .with(
                new TrainerLoop.Settings(
                    4, 1_000_000, TrainerRig.NEVER, 3, Duration.ofMillis(200)));
    rig.sendUnusable("one");
    rig.sendUnusable("two");

    rig.runUntil(() -> rig.heard.versions.get() >= 1);

    assertEquals(2, rig.newest().nextOffset());
    assertEquals(2, rejected(rig).size());
  }

  @Test
  void theGroupsOffsetMirrorsTheManifest() throws Exception {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 8);
    rig.trainUntil(8);

    try (Admin admin = Admin.create(rig.client)) {
      var offsets =
          admin
              .listConsumerGroupOffsets(rig.topics.prefix() + ".trainer")
              .partitionsToOffsetAndMetadata()
              .get();
      var mirrored = offsets.get(new TopicPartition(rig.topics.train(), rig.partition));
      assertEquals(8, mirrored.offset());
      assertEquals(rig.newest().id(), mirrored.metadata());
    }
  }

  @Test
  void aTrainerThatIsTakenOverStopsAndItsWorkIsNotSeen() throws Exception {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 8);
    CountDownLatch trained = new CountDownLatch(1);
    AtomicBoolean commit = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> zombie =
          thread.submit(
              () ->
                  rig.loop()
                      .run(
                          () -> {
                            if (rig.heard.examples.get() == 8) {
                              trained.countDown();
                              return commit.get();
                            }
                            return false;
                          }));
      assertTrue(trained.await(30, TimeUnit.SECONDS));

      TrainerRig successor = new TrainerRig("counted", rig);
      successor.trainUntil(8);
      commit.set(true); // the zombie wakes up and wants to commit the same examples

      Exception failure = assertThrows(Exception.class, () -> zombie.get(60, TimeUnit.SECONDS));
      assertTrue(failure.getCause() instanceof AdapterTakenOverException, "got " + failure);
      assertEquals(1, rig.manifests().size());
      assertEquals(8, rig.newest().counts().examples());
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void twoAdaptersOnTwoPartitionsDoNotMeet() {
    TrainerRig alone = new TrainerRig("two");
    alone.send(0, 8);
    alone.trainUntil(8);

    TrainerRig one = new TrainerRig("one");
    TrainerRig two = new TrainerRig("two", one);
    one.send(4, 8);
    two.send(0, 8); // some of the same ids
    one.trainUntil(4);
    two.trainUntil(8);

    assertEquals(4, one.newest().counts().examples());
    assertEquals(8, two.newest().counts().examples());
    assertEquals(1, two.newest().version());
    assertArrayEquals(alone.weights(), two.weights());
  }

  @Test
  void anotherBaseModelIsRefused() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 4);
    rig.trainUntil(4);

    var failure =
        assertThrows(
            AdapterMismatchException.class,
            () -> rig.onBaseModel(new BaseModel("other", "de".repeat(32))).trainUntil(8));

    assertSays("model.dir", failure);
  }

  @Test
  void anotherRankIsRefusedUntilItIsAccepted() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 8);
    rig.trainUntil(4);

    var failure = assertThrows(AdapterMismatchException.class, () -> rig.withRank(4).trainUntil(8));
    assertSays("lora.rank=1", failure);
    assertSays("start with --accept", failure);

    rig.acceptingReshape().trainUntil(8);
    assertEquals(2, rig.newest().step(), "the steps go on");
    assertEquals(1, rig.newest().updates(), "AdamW begins anew");
    assertEquals("4", rig.newest().configuration().get("lora.rank"));
    assertEquals(4, rig.newestConfig().rank());
  }

  @Test
  void aGradientOutOfAllProportionIsPublishedAsAnAlert() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 4);
    rig.sendSteep();
    rig.send(4, 7);

    rig.trainUntil(8);

    List<ConsumerRecord<byte[], byte[]>> alerts =
        TestBroker.shared().readCommitted(rig.topics.alerts());
    assertEquals(1, alerts.size());
    assertEquals(rig.partition, alerts.get(0).partition());
    assertEquals(rig.adapter, new String(alerts.get(0).key(), UTF_8));
    String alert = new String(alerts.get(0).value(), UTF_8);
    assertTrue(alert.contains("\"type\":\"gradient-explosion\""), alert);
    assertTrue(alert.contains("\"attempt\":" + rig.newest().attempt()), alert);
    assertEquals(1, rig.heard.alerts.get(), "the listener hears it as well");
  }

  @Test
  void examplesThatWereDeletedBeforeTheyWereTrainedAreNotPassedOver() throws Exception {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 4);
    rig.trainUntil(4);
    rig.send(4, 12);
    try (Admin admin = Admin.create(rig.client)) {
      TopicPartition partition = new TopicPartition(rig.topics.train(), rig.partition);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(10))).all().get();
    }

    var failure = assertThrows(SluiceException.class, () -> rig.trainUntil(12));

    assertSays("retention.ms=-1", failure);
  }

  @Test
  void aCheckpointThatIsNotWhatItsManifestSaysIsRefused() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 4);
    rig.trainUntil(4);
    Manifest sound = rig.newest();
    List<FileEntry> files =
        sound.files().stream()
            .map(
                f ->
                    new FileEntry(
                        f.name(),
                        f.bytes(),
                        f.name().equals(PeftFiles.WEIGHTS) ? "0".repeat(64) : f.sha256(),
                        f.chunks(),
                        f.firstChunk(),
                        f.lastChunk()))
            .toList();
    Manifest damaged =
        ManifestSeal.seal(
            new Manifest(
                sound.v(),
                sound.adapter(),
                sound.version(),
                sound.parent(),
                sound.parentHash(),
                sound.attempt(),
                sound.createdAt(),
                sound.step(),
                sound.updates(),
                sound.partition(),
                sound.nextOffset(),
                sound.steps(),
                files,
                sound.baseModel(),
                sound.environment(),
                sound.configuration(),
                sound.counts(),
                sound.scores(),
                sound.knowledgeCutoff(),
                sound.excluded(),
                null),
            null);
    TestBroker.shared()
        .send(
            List.of(
                new ProducerRecord<>(
                    rig.topics.checkpoints(),
                    rig.partition,
                    ManifestJson.key(damaged),
                    ManifestJson.write(damaged))));

    var failure = assertThrows(CheckpointDamagedException.class, () -> rig.trainUntil(8));

    assertSays(PeftFiles.WEIGHTS, failure);
  }

  @Test
  void aSignedLineageGoesOnAndAForeignOneDoesNot(@TempDir Path directory) throws IOException {
    Path ourPublicKey = directory.resolve("ours.pub");
    Path theirPublicKey = directory.resolve("theirs.pub");
    SigningKey ours = SigningKeys.write(directory.resolve("ours.pem"), ourPublicKey);
    SigningKeys.write(directory.resolve("theirs.pem"), theirPublicKey);
    TrustedKeys trusted = TrustedKeys.read(List.of(ourPublicKey));
    TrainerRig rig = new TrainerRig().with(new Signatures(ours, trusted));
    rig.send(0, 16);
    rig.trainUntil(8);
    rig.trainUntil(16);
    Manifest newest = rig.newest();
    assertTrue(newest.isSigned());
    ManifestSeal.check(
        newest, new CheckpointStore(rig.client, rig.topics).parentOf(newest), trusted);

    rig.send(16, 20);
    Signatures foreign = new Signatures(ours, TrustedKeys.read(List.of(theirPublicKey)));
    var failure =
        assertThrows(UntrustedManifestException.class, () -> rig.with(foreign).trainUntil(20));
    assertSays("which is not among the 1 of checkpoint.trusted.keys", failure);
    assertEquals(newest, rig.newest());
  }

  private static List<RejectedRecord> rejected(TrainerRig rig) {
    List<ConsumerRecord<byte[], byte[]>> records =
        TestBroker.shared().readCommitted(rig.topics.rejected());
    return records.stream().map(r -> RejectedRecord.read(r).orElseThrow()).toList();
  }
}
