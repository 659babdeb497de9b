package dev.sluice.train;

import dev.sluice.data.SluiceException;

/** So many steps in a row had gradients that are not finite that going on would only lose data. */
public final class TooManySkippedStepsException extends SluiceException {
  public TooManySkippedStepsException(int skipped, long step, long offset) {
    super(
        ("%d steps in a row had gradients that are not finite, the last one step %d ending at"
                + " offset %d; lower optimizer.learning.rate, look at those records, or raise"
                + " guard.max.skipped.steps")
            .formatted(skipped, step, offset));
  }
}
