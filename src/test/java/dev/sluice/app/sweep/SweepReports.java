package dev.sluice.app.sweep;

import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reports with made-up figures, in no order. */
final class SweepReports {

  private SweepReports() {}

  static SweepReport of(String model, int steps, int... ranks) {
    List<SweepRun> runs = new ArrayList<>();
    for (int i = ranks.length - 1; i >= 0; i--) {
      for (LoraScaling scaling : LoraScaling.values()) {
        LoraConfig lora = new LoraConfig(ranks[i], 16, scaling, Set.of(TargetModule.Q_PROJ));
        double norm = lora.gamma() * Math.sqrt(ranks[i]);
        List<SweepStep> all = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
          all.add(new SweepStep(2.0 / (step + 1), norm, norm));
        }
        runs.add(new SweepRun(lora, all, 1 + 1.0 / ranks[i]));
      }
    }
    return new SweepReport(new SweepSetting(model, "rows", 16, 2e-4, 10, 42, steps, 8, 64), runs);
  }
}
