package dev.sluice.app;

import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepReport;

/**
 * What training on a file has done so far.
 *
 * @param lossNats sum over the target tokens of all steps whose loss is finite
 * @param targetTokens of these
 * @param lastLossNats mean of the last step's target tokens; NaN before the first
 */
record FileTrainingCounts(
    long examples, long skippedSteps, double lossNats, long targetTokens, double lastLossNats) {

  static final FileTrainingCounts ZERO = new FileTrainingCounts(0, 0, 0, 0, Double.NaN);

  FileTrainingCounts plus(StepOutcome outcome) {
    StepReport report = outcome.report();
    boolean finite = Double.isFinite(report.lossNats());
    return new FileTrainingCounts(
        examples + report.examples(),
        skippedSteps + (outcome instanceof Applied ? 0 : 1),
        lossNats + (finite ? report.lossNats() * report.targetTokens() : 0),
        targetTokens + (finite ? report.targetTokens() : 0),
        report.lossNats());
  }

  /** Nats a target token; NaN if none came since. */
  double meanLossSince(FileTrainingCounts before) {
    return (lossNats - before.lossNats) / (targetTokens - before.targetTokens);
  }
}
