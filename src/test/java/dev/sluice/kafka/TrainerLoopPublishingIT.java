package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.testing.TestBroker;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/** Checkpoints are published beside training. */
class TrainerLoopPublishingIT {

  private final PublishGate gate = new PublishGate();
  private final List<String> story = Collections.synchronizedList(new ArrayList<>());

  @Test
  void stepsGoOnWhileACheckpointIsPublishedAndItHoldsWhatItsSnapshotHeld() {
    TrainerRig undisturbed = new TrainerRig();
    undisturbed.send(0, 12);
    undisturbed.trainUntil(12);
    TrainerRig rig = new TrainerRig().withClient(gate.client()).toldTo(openingTheGateAtStep(5));
    rig.send(0, 20);

    rig.trainUntil(20);

    assertEquals(
        List.of(
            "step 1",
            "step 2",
            "step 3",
            "snapshot 1",
            "step 4",
            "step 5",
            "checkpoint 1",
            "snapshot 2",
            "checkpoint 2"),
        story);
    Manifest first = rig.manifests().get(0);
    assertEquals(3, first.step());
    assertEquals(12, first.nextOffset());
    assertEquals(12, first.counts().examples());
    assertEquals(undisturbed.newest().steps(), first.steps());
    assertArrayEquals(undisturbed.weights(), rig.weights(first));
    assertEquals(List.of(4L, 5L), rig.newest().steps().stream().map(StepSpan::step).toList());
    assertEquals(1, rig.newest().parent());
  }

  @Test
  void aCheckpointThatIsDueWaitsForTheOneInFlightAndTakesTheStepsSince() {
    TrainerRig rig =
        new TrainerRig()
            .with(new TrainerLoop.Settings(4, 1_000_000, TrainerRig.NEVER, 1, TrainerRig.NEVER))
            .withClient(gate.client())
            .toldTo(openingTheGateAtStep(4));
    rig.send(0, 16);

    rig.runUntil(() -> rig.heard.versions.get() == 2);

    assertEquals(
        List.of(List.of(1L), List.of(2L, 3L, 4L)),
        rig.manifests().stream()
            .map(m -> m.steps().stream().map(StepSpan::step).toList())
            .toList());
  }

  @Test
  void stoppingAwaitsTheCheckpointInFlight() throws Exception {
    TrainerRig rig = new TrainerRig().withClient(gate.client()).toldTo(openingTheGateAtStep(0));
    rig.send(0, 12);
    Running trainer = new Running(rig, () -> story.contains("snapshot 1"));

    gate.awaitCheckpoint();
    trainer.awaitWaiting();
    gate.open();

    trainer.result();
    assertEquals("checkpoint 1", story.get(story.size() - 1));
    assertEquals(12, rig.newest().nextOffset());
  }

  @Test
  void aStepThatFailsDoesNotTakeTheCheckpointInFlightWithIt() throws Exception {
    TrainerRig rig = new TrainerRig().withClient(gate.client()).failingAtStep(5);
    rig.send(0, 20);
    Running trainer = new Running(rig, () -> false);

    gate.awaitCheckpoint();
    trainer.awaitWaiting();
    gate.open();

    var failure = assertThrows(ExecutionException.class, trainer::result);
    assertInstanceOf(IllegalStateException.class, failure.getCause());
    assertEquals(3, rig.newest().step());
  }

  @Test
  void aCheckpointThatCannotBePublishedEndsTheRunAndIsTrainedAgain() {
    TrainerRig undisturbed = new TrainerRig().withRank(4096);
    undisturbed.send(0, 12);
    undisturbed.trainUntil(12);
    TrainerRig rig =
        new TrainerRig()
            .withRank(4096) // 32 KiB of A and of B
            .withClient(Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 20_000));
    rig.send(0, 12);

    assertThrows(RecordTooLargeException.class, () -> rig.runUntil(() -> false));

    assertEquals(List.of(), rig.manifests());
    rig.withClient(Map.of()).heard.examples.set(0);
    rig.trainUntil(12);
    assertArrayEquals(undisturbed.weights(), rig.weights());
    assertEquals(1, rig.newest().version());
  }

  @Test
  void aTakeoverWhileACheckpointIsInFlightEndsTheRunAndNothingOfItIsSeen() throws Exception {
    TrainerRig rig = new TrainerRig().withClient(gate.client());
    rig.send(0, 12);
    Running zombie = new Running(rig, () -> false);
    gate.awaitCheckpoint();

    new TrainerRig("counted", rig).trainUntil(12);
    gate.open();

    var failure = assertThrows(ExecutionException.class, zombie::result);
    assertInstanceOf(AdapterTakenOverException.class, failure.getCause());
    assertEquals(1, rig.manifests().size());
    long pieces = rig.newest().files().stream().mapToLong(FileEntry::chunks).sum();
    assertEquals(pieces, TestBroker.shared().readCommitted(rig.topics.chunks()).size());
  }

  private TrainingListener openingTheGateAtStep(long step) {
    return new TrainingListener() {
      @Override
      public void stepped(StepOutcome outcome) {
        story.add("step " + outcome.report().step());
        if (outcome.report().step() == step) {
          gate.open();
        }
      }

      @Override
      public void snapshotTaken(long version, Duration stall) {
        story.add("snapshot " + version);
      }

      @Override
      public void checkpointed(long version, long bytes, Duration time) {
        story.add("checkpoint " + version);
      }
    };
  }

  /** A trainer on a thread of its own. */
  private static final class Running {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final FutureTask<Void> run;
    private final Thread thread;

    Running(TrainerRig rig, BooleanSupplier stop) {
      run = new FutureTask<>(() -> rig.runUntil(stop), null);
      thread = new Thread(run, "trainer");
      thread.start();
    }

    /** Returns when it waits for something without a limit, as for nothing but a checkpoint. */
    void awaitWaiting() {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (thread.getState() != Thread.State.WAITING) {
        assertTrue(thread.isAlive(), "it has ended without waiting for the checkpoint");
        assertTrue(System.nanoTime() < deadline, "it does not wait for the checkpoint");
        Thread.onSpinWait();
      }
    }

    void result() throws Exception {
      run.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
