package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Manifest.Scores;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.checkpoint.Signatures;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.data.Examples;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.serde.RejectionHeaders.Rejection;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReport;
import dev.sluice.train.TrainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class LineageTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final TrainerState STATE = TrainerState.initial(CountingModel.initial(1));

  private final Lineage lineage = lineage(Optional.empty());

  @Test
  void tellsWhyAStepWasSkipped() {
    lineage.trained(batch(0, "a", "b"), new Applied(report(1, 0, 0.5, true, false)));
    lineage.trained(batch(2, "a", "a"), new Skipped(report(2, 2, Double.NaN, true, true), "NaN"));

    Manifest manifest = next();

    assertEquals(
        List.of(new StepSpan(1, 0, 1, 2, null), new StepSpan(2, 2, 3, 2, "NaN")), manifest.steps());
    assertEquals(1, manifest.counts().skippedSteps());
  }

  @Test
  void countsExamplesBySourceSinceTheLineageBegan() {
    lineage.trained(batch(0, "a", "b"), new Applied(report(1, 0, 0.5, true, true)));
    Manifest first = next();
    lineage.committed(first);
    lineage.trained(batch(2, "a", "c"), new Applied(report(2, 2, 0.5, true, true)));
    assertEquals(Map.of("a", 2L, "b", 1L, "c", 1L), next().counts().bySource());

    Lineage restarted = lineage(Optional.of(first));
    restarted.trained(batch(2, "a", "c"), new Applied(report(2, 2, 0.5, true, true)));
    assertEquals(Map.of("a", 2L, "b", 1L, "c", 1L), manifest(restarted).counts().bySource());
  }

  @Test
  void scoresTheStepsSinceTheParentWithoutTheSkippedOnes() {
    lineage.trained(batch(0, "a", "a"), new Applied(report(1, 0, 0.5, true, false)));
    lineage.trained(batch(2, "a", "a"), new Applied(report(2, 2, 0.25, true, true)));
    lineage.trained(batch(4, "a", "a"), new Skipped(report(3, 4, Double.NaN, false, false), "NaN"));
    Manifest manifest = next();
    assertEquals(new Scores(0.375, 0.75), manifest.scores());

    lineage.committed(manifest);
    assertNull(next().scores(), "no step since");
  }

  @Test
  void eachManifestNamesTheHashOfItsParent() {
    Manifest first = next();
    assertNull(first.parentHash());
    lineage.committed(first);

    Manifest second = next();
    assertEquals(first.lineageHash(), second.parentHash());
    ManifestSeal.check(second, Optional.of(first), TrustedKeys.NONE);

    assertEquals(first.lineageHash(), manifest(lineage(Optional.of(first))).parentHash());
  }

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
    lineage.committed(snapshot.manifest(List.of()));
    assertFalse(lineage.hasNews(), "what waits behind an open batch is no news");
    lineage.settledUpTo(8);
    assertTrue(lineage.hasNews());
    assertEquals(List.of(open), lineage.snapshot(STATE, NOW).rejected());
  }

  @Test
  void theNextSnapshotGoesOnFromTheOneBeforeOnceThatIsCommitted() {
    lineage.rejected(rejectedAt(0));
    lineage.settledUpTo(1);
    Snapshot before = lineage.snapshot(STATE, NOW);
    Manifest first = before.unfiled();
    lineage.rejected(rejectedAt(1));
    lineage.rejected(rejectedAt(2));
    lineage.settledUpTo(3);
    assertThrows(IllegalStateException.class, () -> lineage.snapshot(STATE, NOW));
    lineage.committed(before.manifest(List.of()));
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

  private Manifest next() {
    return manifest(lineage);
  }

  private static Manifest manifest(Lineage of) {
    return of.snapshot(STATE, NOW).manifest(List.of());
  }

  private static Lineage lineage(Optional<Manifest> latest) {
    AdapterIdentity identity =
        new AdapterIdentity(
            "sentiment",
            0,
            new BaseModel("tiny", "ab".repeat(32)),
            new Environment("test", "none", "cpu", "cpu", "fp32", "none", "none", 1, 0),
            new TreeMap<>(),
            Signatures.NONE);
    return new Lineage(identity, latest, 0, NOW);
  }

  private static MicroBatch batch(long offset, String first, String second) {
    return new MicroBatch(List.of(Examples.from(first, offset), Examples.from(second, offset + 1)));
  }

  private static StepReport report(
      long step, long offset, double lossNats, boolean first, boolean second) {
    return new StepReport(
        step,
        lossNats,
        2,
        4,
        2,
        offset,
        offset + 1,
        1e-3,
        new GradientNorms(1, List.of()),
        List.of(new ExampleScore("tfns", first, 1), new ExampleScore("tfns", second, 1)),
        Duration.ofMillis(1));
  }

  private static RejectedRecord rejectedAt(long offset) {
    return new RejectedRecord(
        null,
        null,
        new RecordHeaders(),
        new Rejection("does not fit", new SourcePosition("train", 0, offset)));
  }
}
