package dev.sluice.train;

import dev.sluice.lora.TargetModule;
import dev.sluice.train.GradientNorms.ModuleNorm;
import java.time.Duration;
import java.util.List;

/** Reports of steps, for tests of any package. */
public final class StepReports {
  private StepReports() {}

  /** Two examples of task {@code tfns}, one of them right, through two layers. */
  public static StepReport of(long step, double lossNats) {
    return of(
        step,
        lossNats,
        new GradientNorms(
            1.5,
            List.of(
                new ModuleNorm(0, TargetModule.Q_PROJ, 0, 3),
                new ModuleNorm(1, TargetModule.Q_PROJ, 0, 4))),
        List.of(new ExampleScore("tfns", true, 1), new ExampleScore("tfns", false, 2)));
  }

  public static StepReport of(
      long step, double lossNats, GradientNorms norms, List<ExampleScore> scores) {
    return new StepReport(
        step, lossNats, 2, 70, 6, 100, 101, 2e-4, norms, scores, Duration.ofMillis(250));
  }
}
