package dev.sluice.train;

import java.util.List;

/**
 * What one native call returned.
 *
 * @param lossNats Σ wᵢ·CE / Σ wᵢ over the target tokens, before the update
 * @param updated false if a gradient was not finite: then parameters, moments and their step count
 *     are what they were
 * @param scores one per example, from the forward pass before the update
 */
public record StepComputation(
    double lossNats, boolean updated, GradientNorms norms, List<ExampleScore> scores) {
  public StepComputation {
    scores = List.copyOf(scores);
  }
}
