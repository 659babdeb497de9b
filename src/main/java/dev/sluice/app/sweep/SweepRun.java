package dev.sluice.app.sweep;

import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import java.util.List;

/**
 * The training of one adapter.
 *
 * @param steps at least one
 * @param heldOutLossNats a target token, after the last step, on examples that no step saw
 */
public record SweepRun(LoraConfig lora, List<SweepStep> steps, double heldOutLossNats) {

  public SweepRun {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a run must have a step");
    }
  }

  public int rank() {
    return lora.rank();
  }

  public LoraScaling scaling() {
    return lora.scaling();
  }

  /** ‖∇B‖ at the first step, where the adapter is the base model still. */
  public double firstNormB() {
    return steps.get(0).gradientNormB();
  }
}
