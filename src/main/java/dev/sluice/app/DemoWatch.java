package dev.sluice.app;

import dev.sluice.evaluate.Prequential;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReport;
import dev.sluice.train.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Watches the trainer of a demo: what the live line and the report say. Thread-safe. */
final class DemoWatch implements TrainingListener {

  private final List<ExampleScore> scores = new ArrayList<>(); // guarded by this
  private @Nullable StepReport last; // guarded by this
  private long skippedSteps; // guarded by this
  private long rejected; // guarded by this
  private long version; // guarded by this
  private long versions; // guarded by this
  private boolean ready; // guarded by this

  @Override
  public synchronized void ready(long step) {
    ready = true;
  }

  @Override
  public synchronized void stepped(StepOutcome outcome) {
    last = outcome.report();
    scores.addAll(outcome.report().scores());
    skippedSteps += outcome instanceof Skipped ? 1 : 0;
  }

  @Override
  public synchronized void rejected() {
    rejected++;
  }

  @Override
  public synchronized void checkpointed(long newVersion, long bytes, Duration time) {
    version = newVersion;
    versions++;
  }

  synchronized boolean isReady() {
    return ready;
  }

  /** Examples trained on so far. */
  synchronized int examples() {
    return scores.size();
  }

  /** Examples that the trainer rejected so far. */
  synchronized long rejectedByTrainer() {
    return rejected;
  }

  synchronized long skippedSteps() {
    return skippedSteps;
  }

  synchronized long versions() {
    return versions;
  }

  synchronized List<ExampleScore> scores() {
    return List.copyOf(scores);
  }

  synchronized Optional<StepReport> lastStep() {
    return Optional.ofNullable(last);
  }

  /** Loss, recent accuracy, gradient norm and version, for the live line. */
  synchronized String line() {
    if (last == null) {
      return "";
    }
    List<ExampleScore> recent = scores.subList(Math.max(0, scores.size() - 100), scores.size());
    return "loss %.2f  accuracy %.2f  gradient norm %.2f  version %d"
        .formatted(
            last.lossNats(), Prequential.of(recent).accuracy(), last.norms().global(), version);
  }
}
