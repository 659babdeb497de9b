package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest.Scores;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.StepReport;
import org.jspecify.annotations.Nullable;

/** Adds up how the adapter did over some steps. */
record ScoreSum(double lossNats, long targetTokens, long correct, long examples) {

  static final ScoreSum NONE = new ScoreSum(0, 0, 0, 0);

  /**
   * @param applied a step that changed the adapter: its loss is finite
   */
  ScoreSum plus(StepReport applied) {
    return new ScoreSum(
        lossNats + applied.lossNats() * applied.targetTokens(),
        targetTokens + applied.targetTokens(),
        correct + applied.scores().stream().filter(ExampleScore::correct).count(),
        examples + applied.scores().size());
  }

  /** The means; null if nothing was added. */
  @Nullable Scores scores() {
    return targetTokens == 0 || examples == 0
        ? null
        : new Scores(lossNats / targetTokens, (double) correct / examples);
  }
}
