package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.data.SluiceException;
import dev.sluice.serde.StepFigures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Versions of a model whose adapter is a record of what it saw, trained again from the log. */
class VersionReplayIT {

  private final TrainerRig rig =
      new TrainerRig()
          .with(
              new TrainerLoop.Settings(4, 1_000_000, Duration.ofMillis(100), 2, TrainerRig.NEVER));

  @Test
  void everyVersionComesOutOfItsParentInTheSameBytes() {
    trainWithAllThatCanHappen();

    for (Manifest manifest : rig.manifests()) {
      try (VersionReplay replay = rig.replay()) {
        if (manifest.parent() == null) {
          replay.begin();
        } else {
          replay.beginAfter(rig.manifests().get((int) (manifest.parent() - 1)));
        }
        ReplayedVersion made = replay.replay(manifest, outcome -> {});
        assertEquals(List.of(), made.differingFiles(), manifest.id());
      }
    }
  }

  @Test
  void allVersionsComeOutFromScratchOneAfterTheOther() {
    trainWithAllThatCanHappen();

    List<Long> steps = new ArrayList<>();
    try (VersionReplay replay = rig.replay()) {
      replay.begin();
      for (Manifest manifest : rig.manifests()) {
        ReplayedVersion made = replay.replay(manifest, o -> steps.add(o.report().step()));
        assertEquals(List.of(), made.differingFiles(), manifest.id());
      }
    }
    assertEquals(rig.newest().step(), steps.size());
  }

  @Test
  void aChangeOfRankIsMadeAgain() {
    rig.send(0, 8);
    rig.trainUntil(8);
    ReplayedVersion first;
    try (VersionReplay replay = rig.replay()) {
      replay.begin();
      first = replay.replay(rig.newest(), outcome -> {});
    }
    rig.send(8, 16);
    rig.withRank(4).acceptingReshape().trainUntil(16);

    try (VersionReplay fromTopic = rig.replay();
        VersionReplay fromScratch = rig.replay()) {
      fromTopic.beginAfter(rig.manifests().get(0));
      fromScratch.beginAfter(first);
      for (VersionReplay replay : List.of(fromTopic, fromScratch)) {
        assertEquals(List.of(), replay.replay(rig.newest(), outcome -> {}).differingFiles());
      }
    }
  }

  @Test
  void aStepThatWentAnotherWayIsFoundByItsRecord() {
    rig.send(0, 16);
    rig.trainUntil(16);
    Manifest second = rig.newest();
    Map<Long, StepFigures> recorded = new StepLog(rig.client, rig.topics).of(second);
    assertEquals(Set.of(3L, 4L), recorded.keySet());
    try (VersionReplay replay = rig.replay()) {
      replay.beginAfter(rig.manifests().get(0));
      ReplayedVersion made = replay.replay(second, outcome -> {});
      assertEquals(true, made.firstDifference(recorded).isEmpty());

      StepFigures then = recorded.get(4L);
      recorded.put(4L, new StepFigures(4, then.attempt(), then.lossNats(), 7));
      assertEquals(4, made.firstDifference(recorded).orElseThrow().step());
    }
  }

  @Test
  void examplesThatAreGoneAreSaidToBe() throws Exception {
    rig.send(0, 8);
    rig.trainUntil(8);
    try (Admin admin = Admin.create(rig.client)) {
      TopicPartition partition = new TopicPartition(rig.topics.train(), rig.partition);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all().get();
    }
    try (VersionReplay replay = rig.replay()) {
      replay.begin();

      var failure =
          assertThrows(SluiceException.class, () -> replay.replay(rig.newest(), outcome -> {}));

      assertSays("no longer on the topic", failure);
    }
  }

  @Test
  void anotherLogIsNoticed() {
    rig.send(0, 8);
    rig.trainUntil(8);
    TrainerRig shorter = new TrainerRig();
    shorter.send(0, 3);
    TrainerRig other = new TrainerRig();
    other.send(0, 2);
    other.sendUnusable("here it is");
    other.send(2, 7);

    for (TrainerRig elsewhere : List.of(shorter, other)) {
      try (VersionReplay replay = elsewhere.replay()) {
        replay.begin();
        assertThrows(SluiceException.class, () -> replay.replay(rig.newest(), outcome -> {}));
      }
    }
  }

  /** Rejected records, batches that linger closed, a death, restarts. */
  private void trainWithAllThatCanHappen() {
    rig.send(0, 2);
    rig.sendUnusable("one");
    rig.send(2, 7);
    rig.trainUntil(7); // 4 and, by linger, 3
    rig.send(7, 20);
    rig.failingAtStep(4);
    assertThrows(IllegalStateException.class, () -> rig.trainUntil(1000));
    rig.sendUnusable("two");
    rig.sendRaw("broken", "{");
    rig.send(20, 30);
    rig.failingAtStep(0).heard.examples.set(15); // of which two steps are committed
    rig.trainUntil(30);
  }
}
