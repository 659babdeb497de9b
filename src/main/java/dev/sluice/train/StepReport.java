package dev.sluice.train;

import java.time.Duration;
import java.util.List;

/**
 * What is known about a step after it.
 *
 * @param step number of the step, from 1, skipped ones included
 * @param lossNats weighted mean cross-entropy of a target token, in nats
 * @param tokens all tokens, prompts included
 * @param time wall-clock time of the native call
 */
public record StepReport(
    long step,
    double lossNats,
    int examples,
    int tokens,
    int targetTokens,
    long firstOffset,
    long lastOffset,
    double learningRate,
    GradientNorms norms,
    List<ExampleScore> scores,
    Duration time) {
  public StepReport {
    scores = List.copyOf(scores);
  }
}
