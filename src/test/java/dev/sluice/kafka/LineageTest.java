package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.data.SourcePosition;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.serde.RejectionHeaders.Rejection;
import dev.sluice.train.TrainerState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class LineageTest {

  private static final Instant NOW = Instant.parse("2026-01-05T09:00:00Z");
  private static final TrainerState STATE = TrainerState.initial(CountingModel.initial(1));

  private final Lineage lineage =
      new Lineage(
          new AdapterIdentity(
              "counted",
              0,
              new BaseModel("tiny", "abc"),
              new Environment("test", "none", "cpu", "none", 1, 0),
              new TreeMap<>()),
          Optional.empty(),
          0,
          NOW);

  @Test
  void aSnapshotTakesWhatIsSettledAndLeavesTheRest() {
    RejectedRecord settled = rejectedAt(3);
    RejectedRecord open = rejectedAt(7);
    lineage.rejected(settled);
    lineage.rejected(open);
    lineage.settledUpTo(5);

    Snapshot snapshot = lineage.snapshot(STATE, NOW);

    assertEquals(List.of(settled), snapshot.rejected());
    assertEquals(5, snapshot.unfiled().nextOffset());
    assertFalse(lineage.hasNews(), "what waits behind an open batch is no news");
    lineage.settledUpTo(8);
    assertTrue(lineage.hasNews());
    assertEquals(List.of(open), lineage.snapshot(STATE, NOW).rejected());
  }

  @Test
  void theNextSnapshotGoesOnFromTheOneBeforeWhetherThatIsCommittedYetOrNot() {
    lineage.rejected(rejectedAt(0));
    lineage.settledUpTo(1);
    Manifest first = lineage.snapshot(STATE, NOW).unfiled();
    lineage.rejected(rejectedAt(1));
    lineage.rejected(rejectedAt(2));
    lineage.settledUpTo(3);
    Manifest second = lineage.snapshot(STATE, NOW.plusSeconds(1)).unfiled();

    assertNull(first.parent());
    assertEquals(1, first.version());
    assertEquals(1, first.nextOffset(), "it stays what it was");
    assertEquals(1, first.counts().rejected());
    assertEquals(1, second.parent());
    assertEquals(2, second.version());
    assertEquals(3, second.nextOffset());
    assertEquals(3, second.counts().rejected());
    assertEquals(first.attempt(), second.attempt());
  }

  private static RejectedRecord rejectedAt(long offset) {
    return new RejectedRecord(
        null,
        null,
        new RecordHeaders(),
        new Rejection("does not fit", new SourcePosition("train", 0, offset)));
  }
}
