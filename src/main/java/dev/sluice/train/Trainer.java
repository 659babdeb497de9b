package dev.sluice.train;

import dev.sluice.data.MicroBatch;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepOutcome.Skipped;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One adapter's training: takes a step per micro-batch, counts, and guards against gradients that
 * are not finite. Not thread-safe.
 */
public final class Trainer {

  private final TrainableModel model;
  private final LearningRateSchedule schedule;
  private final int maxSkippedInARow;
  private final LongSupplier nanoTime;

  private long step;
  private long updates;
  private int skippedInARow;

  public Trainer(
      TrainableModel model,
      LearningRateSchedule schedule,
      int maxSkippedInARow,
      LongSupplier nanoTime) {
    this.model = model;
    this.schedule = schedule;
    this.maxSkippedInARow = maxSkippedInARow;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains on a micro-batch.
   *
   * @throws TooManySkippedStepsException if this was one skipped step too many in a row
   */
  public StepOutcome train(MicroBatch batch) {
    double learningRate = schedule.at(updates + 1);
    long start = nanoTime.getAsLong();
    StepComputation computed = model.step(batch, learningRate);
    Duration time = Duration.ofNanos(nanoTime.getAsLong() - start);
    step++;
    StepReport report = report(batch, computed, learningRate, time);
    if (computed.updated()) {
      updates++;
      skippedInARow = 0;
      return new Applied(report);
    }
    skippedInARow++;
    if (skippedInARow >= maxSkippedInARow) {
      throw new TooManySkippedStepsException(skippedInARow, step, batch.lastOffset());
    }
    return new Skipped(report, "the loss or a gradient is not finite");
  }

  /** A copy of all that is needed to go on from here. */
  public TrainerState state() {
    return new TrainerState(step, model.adapter(), model.optimizer());
  }

  /** Goes on from {@code state}. */
  public void restore(TrainerState state) {
    model.restore(state.adapter(), state.optimizer());
    step = state.step();
    updates = state.optimizer().updates();
    skippedInARow = 0;
  }

  public long step() {
    return step;
  }

  private StepReport report(
      MicroBatch batch, StepComputation computed, double learningRate, Duration time) {
    return new StepReport(
        step,
        computed.lossNats(),
        batch.size(),
        batch.tokens(),
        batch.targetTokens(),
        batch.firstOffset(),
        batch.lastOffset(),
        learningRate,
        computed.norms(),
        computed.scores(),
        time);
  }
}
