package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.data.Boundary;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Batches that linger closes, and trainers that die after them. */
class TrainerLoopLingerIT {

  private static final TrainerLoop.Settings LINGERING =
      new TrainerLoop.Settings(4, 1_000_000, Duration.ofMillis(200), 1000, TrainerRig.NEVER);

  @Test
  void aTrainerThatDiesAfterALingeredStepEndsInTheBytesOfOneThatDoesNot() {
    TrainerRig undisturbed = new TrainerRig().with(LINGERING);
    lingerTwice(undisturbed, 6);
    undisturbed.send(6, 14);
    undisturbed.trainUntil(14);

    TrainerRig rig = new TrainerRig().with(LINGERING).failingAtStep(2);
    assertThrows(IllegalStateException.class, () -> lingerTwice(rig, 6));
    assertEquals(List.of(), rig.manifests(), "it died before its first checkpoint");
    rig.send(6, 14); // all of it is there when the next one begins
    rig.failingAtStep(0).heard.examples.set(0);
    rig.trainUntil(14);

    assertEquals(steps(undisturbed), steps(rig));
    assertArrayEquals(undisturbed.weights(), rig.weights());
  }

  @Test
  void theBoundaryIsOnTheTopicBeforeTheBatchIsTrained() {
    TrainerRig rig = new TrainerRig().with(LINGERING).failingAtStep(1);
    rig.send(0, 3);

    assertThrows(IllegalStateException.class, () -> rig.trainUntil(3));

    assertEquals(List.of(new Boundary(0, 2)), boundaries(rig));
  }

  @Test
  void batchesThatAreFullHaveNoBoundary() {
    TrainerRig rig = new TrainerRig().with(LINGERING);
    rig.send(0, 8);

    rig.trainUntil(8);

    assertEquals(List.of(), boundaries(rig));
  }

  @Test
  void lingerWaitsForWhatIsNotWrittenYetAndNotForWhatIsNotReadYet() {
    TrainerRig rig =
        new TrainerRig()
            .with(new TrainerLoop.Settings(4, 1_000_000, Duration.ZERO, 1000, TrainerRig.NEVER));
    rig.sendUnusable("one"); // so that no poll, of four records, fills a batch
    rig.send(0, 18);

    rig.trainUntil(18);

    assertEquals(
        List.of(4, 4, 4, 4, 2), rig.newest().steps().stream().map(StepSpan::examples).toList());
  }

  /** Two batches of three, by linger: each is trained before the next is sent. */
  private static void lingerTwice(TrainerRig rig, int examples) {
    AtomicBoolean sent = new AtomicBoolean();
    rig.send(0, 3);
    rig.runUntil(
        () -> {
          if (rig.heard.examples.get() == 3 && sent.compareAndSet(false, true)) {
            rig.send(3, 6);
          }
          return rig.heard.examples.get() >= examples;
        });
  }

  private static List<StepSpan> steps(TrainerRig rig) {
    return rig.manifests().stream().flatMap(m -> m.steps().stream()).toList();
  }

  private static List<Boundary> boundaries(TrainerRig rig) {
    try (BoundaryLog log = new BoundaryLog(rig.client, rig.topics, rig.adapter, rig.partition)) {
      return log.from(0);
    }
  }
}
