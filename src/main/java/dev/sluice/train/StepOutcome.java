package dev.sluice.train;

/** The end of a step: the update was applied, or skipped with a reason. */
public sealed interface StepOutcome {

  StepReport report();

  record Applied(StepReport report) implements StepOutcome {}

  /** Parameters and moments are unchanged; the examples count as seen. */
  record Skipped(StepReport report, String reason) implements StepOutcome {}
}
