package dev.sluice.train;

/**
 * A linear warm-up, then constant: an endless stream has no last step to decay towards.
 *
 * @param peak learning rate after the warm-up
 * @param warmupUpdates updates until the peak is reached; 0 for none
 */
public record LearningRateSchedule(double peak, long warmupUpdates) {

  public LearningRateSchedule {
    if (!(peak > 0) || !Double.isFinite(peak)) {
      throw new IllegalArgumentException("optimizer.learning.rate must be above 0 but was " + peak);
    }
    if (warmupUpdates < 0) {
      throw new IllegalArgumentException(
          "optimizer.warmup.updates must be at least 0 but was " + warmupUpdates);
    }
  }

  /**
   * @param update number of the update, from 1
   */
  public double at(long update) {
    return update >= warmupUpdates ? peak : peak * update / warmupUpdates;
  }
}
