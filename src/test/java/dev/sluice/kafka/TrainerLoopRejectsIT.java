package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.serde.RejectedRecord;
import dev.sluice.testing.TestBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Examples that ingest let through and that the trainer cannot use. */
class TrainerLoopRejectsIT {

  private static final TrainerLoop.Settings LINGERING =
      new TrainerLoop.Settings(4, 1_000_000, Duration.ofMillis(200), 1000, TrainerRig.NEVER);

  @Test
  void whatWasRejectedBeforeACrashIsNotSeenUntilACheckpointHasIt() {
    TrainerRig rig = new TrainerRig().failingAtStep(1);
    rig.sendUnusable("too-long");
    rig.send(0, 4);
    assertThrows(IllegalStateException.class, () -> rig.trainUntil(4));
    assertEquals(1, rig.heard.rejected.get());
    assertEquals(List.of(), rejected(rig), "nothing is committed yet");

    rig.failingAtStep(0).trainUntil(4);

    assertEquals(List.of(0L), rejected(rig), "it was read twice and is rejected once");
    assertEquals(1, rig.newest().counts().rejected());
    assertEquals(5, rig.newest().nextOffset());
  }

  @Test
  void unusableExamplesAtTheEndOfTheLogAreSettledOnceLingerHasClosedTheBatchBeforeThem() {
    TrainerRig rig = new TrainerRig().with(LINGERING);
    rig.send(0, 3);
    rig.sendUnusable("first");
    rig.sendUnusable("second");

    rig.runUntil(() -> rig.heard.examples.get() == 3 && rig.heard.rejected.get() == 2);

    assertEquals(5, rig.newest().nextOffset());
    assertEquals(List.of(3L, 4L), rejected(rig));
    assertEquals(2, rig.newest().counts().rejected());
  }

  @Test
  void unusableExamplesAtTheEndOfTheLogWaitWhileABatchBeforeThemIsOpen() {
    TrainerRig rig = new TrainerRig();
    rig.send(0, 6);
    rig.sendUnusable("last");

    rig.runUntil(() -> rig.heard.rejected.get() == 1);

    assertEquals(4, rig.newest().nextOffset());
    assertEquals(List.of(), rejected(rig));
  }

  @Test
  void anExampleOfAnotherAdapterIsNotTrained() {
    TrainerRig rig = new TrainerRig();
    rig.sendRaw(
        "astray",
        """
        {"v":1,"id":"astray","adapter":"other","prompt":"p","completion":"c"}\
        """);
    rig.send(0, 4);

    rig.trainUntil(4);

    assertEquals(4, rig.newest().counts().examples());
    assertEquals(List.of(0L), rejected(rig));
  }

  /** Offsets of the originals, in the order of the rejected topic. */
  private static List<Long> rejected(TrainerRig rig) {
    return TestBroker.shared().readCommitted(rig.topics.rejected()).stream()
        .map(record -> RejectedRecord.read(record).orElseThrow().rejection().source().offset())
        .toList();
  }
}
