package dev.sluice.train;

import dev.sluice.lora.AdapterState;

/**
 * All that a trainer must remember to go on exactly where it stopped.
 *
 * @param step steps taken, skipped ones included
 */
public record TrainerState(long step, AdapterState adapter, OptimizerState optimizer) {

  /** Before the first step. */
  public static TrainerState initial(AdapterState adapter) {
    return new TrainerState(0, adapter, OptimizerState.zeros(adapter));
  }
}
