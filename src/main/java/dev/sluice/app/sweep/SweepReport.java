package dev.sluice.app.sweep;

import dev.sluice.lora.LoraScaling;
import java.util.Comparator;
import java.util.List;

/**
 * What a sweep measured.
 *
 * @param runs every rank under every scaling; by scaling, then by rank
 */
public record SweepReport(SweepSetting setting, List<SweepRun> runs) {

  public SweepReport {
    runs =
        runs.stream()
            .sorted(Comparator.comparing(SweepRun::scaling).thenComparing(SweepRun::rank))
            .toList();
  }

  /** Ascending. */
  public List<Integer> ranks() {
    return runs.stream().map(SweepRun::rank).distinct().sorted().toList();
  }

  /** By rank. */
  public List<SweepRun> runs(LoraScaling scaling) {
    return runs.stream().filter(run -> run.scaling() == scaling).toList();
  }

  /** Its ‖∇B‖ at the first step over that of the smallest rank under the same scaling. */
  public double toSmallestRank(SweepRun run) {
    return run.firstNormB() / runs(run.scaling()).get(0).firstNormB();
  }
}
