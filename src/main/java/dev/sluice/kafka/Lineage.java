package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.Counts;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.checkpoint.SourceCounts;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenizedExample;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReport;
import dev.sluice.train.TrainerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The books of one adapter between two checkpoints: how far it is, what each step covered, what was
 * rejected. The next manifest is made from them. Not thread-safe.
 */
final class Lineage {

  private final AdapterIdentity identity;
  private final long attempt;

  private @Nullable Long parent;
  private @Nullable String parentHash;
  private boolean inFlight;
  private long nextOffset;
  private Counts counts;
  private ScoreSum scores = ScoreSum.NONE;
  private @Nullable Instant knowledgeCutoff;
  private final List<StepSpan> steps = new ArrayList<>();
  private final List<RejectedRecord> rejected = new ArrayList<>();

  /**
   * @param latest the manifest to go on from
   * @param firstOffset where a new adapter begins
   * @param now time of taking over; the attempt is forced above that of {@code latest}
   */
  Lineage(AdapterIdentity identity, Optional<Manifest> latest, long firstOffset, Instant now) {
    this.identity = identity;
    this.attempt =
        Math.max(now.toEpochMilli(), latest.map(m -> m.attempt() + 1).orElse(Long.MIN_VALUE));
    this.parent = latest.map(Manifest::version).orElse(null);
    this.parentHash = latest.map(Manifest::lineageHash).orElse(null);
    this.nextOffset = latest.map(Manifest::nextOffset).orElse(firstOffset);
    this.counts = latest.map(Manifest::counts).orElse(Counts.NONE);
    this.knowledgeCutoff = latest.map(Manifest::knowledgeCutoff).orElse(null);
  }

  long attempt() {
    return attempt;
  }

  /** Offset of the first record that is neither trained nor rejected. */
  long nextOffset() {
    return nextOffset;
  }

  private long nextVersion() {
    return parent == null ? 1 : parent + 1;
  }

  /** Steps that are in no snapshot yet. */
  int stepsSinceSnapshot() {
    return steps.size();
  }

  /** Whether there is anything that a checkpoint would keep. */
  boolean hasNews() {
    return !steps.isEmpty() || !settledRejects().isEmpty();
  }

  void trained(MicroBatch batch, StepOutcome outcome) {
    StepReport report = outcome.report();
    @Nullable String skipped = outcome instanceof Skipped s ? s.reason() : null;
    steps.add(
        new StepSpan(
            report.step(), report.firstOffset(), report.lastOffset(), report.examples(), skipped));
    nextOffset = report.lastOffset() + 1;
    counts =
        new Counts(
            counts.examples() + report.examples(),
            counts.rejected(),
            counts.skippedSteps() + (skipped == null ? 0 : 1),
            SourceCounts.plus(counts.bySource(), batch));
    scores = skipped == null ? scores.plus(report) : scores;
    for (TokenizedExample example : batch.examples()) {
      Instant time = example.example().eventTime();
      if (time != null && (knowledgeCutoff == null || time.isAfter(knowledgeCutoff))) {
        knowledgeCutoff = time;
      }
    }
  }

  void rejected(RejectedRecord record) {
    rejected.add(record);
  }

  /** Everything before {@code offset} is trained or rejected; no example waits in a batch. */
  void settledUpTo(long offset) {
    nextOffset = Math.max(nextOffset, offset);
  }

  /**
   * What was rejected before {@link #nextOffset}. Later ones wait: a restart would read them again.
   */
  List<RejectedRecord> settledRejects() {
    return rejected.stream().filter(this::isSettled).toList();
  }

  private boolean isSettled(RejectedRecord record) {
    return record.rejection().source().offset() < nextOffset;
  }

  /**
   * Closes the books for a checkpoint and opens those of the next one, whose parent it is.
   *
   * @param state after the last step of these books
   * @throws IllegalStateException while the checkpoint before it is not {@link #committed}: its
   *     hash, which this one names, is made with its files
   */
  Snapshot snapshot(TrainerState state, Instant now) {
    if (inFlight) {
      throw new IllegalStateException("version " + parent + " is not committed yet");
    }
    Snapshot snapshot =
        new Snapshot(state, manifest(state, now), settledRejects(), identity.signatures().key());
    rejected.removeIf(this::isSettled);
    steps.clear();
    scores = ScoreSum.NONE;
    parent = snapshot.unfiled().version();
    counts = snapshot.unfiled().counts();
    inFlight = true;
    return snapshot;
  }

  /** The last snapshot is a checkpoint now. */
  void committed(Manifest manifest) {
    parentHash = manifest.lineageHash();
    inFlight = false;
  }

  private Manifest manifest(TrainerState state, Instant now) {
    return new Manifest(
        Manifest.FORMAT,
        identity.adapter(),
        nextVersion(),
        parent,
        parentHash,
        attempt,
        now,
        state.step(),
        state.optimizer().updates(),
        identity.partition(),
        nextOffset,
        steps,
        List.of(),
        identity.baseModel(),
        identity.environment(),
        identity.configuration(),
        new Counts(
            counts.examples(),
            counts.rejected() + settledRejects().size(),
            counts.skippedSteps(),
            counts.bySource()),
        scores.scores(),
        knowledgeCutoff,
        List.of(),
        null);
  }
}
