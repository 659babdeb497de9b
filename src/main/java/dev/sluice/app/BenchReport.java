package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Quantization;
import dev.sluice.model.RsLoraModel.Precision;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What {@code bench step} measured. The first {@value #WARM_UP} steps give losses only; examples a
 * second are of the median of the others, all other rates over their sum.
 *
 * @param steps more than {@value #WARM_UP}, in order
 * @param peakRssMiB −1 where it is not known
 * @param gemmFlopsPerSecond of a large matrix product on this machine
 */
record BenchReport(
    Setting setting, List<TimedStep> steps, long peakRssMiB, double gemmFlopsPerSecond) {

  static final int WARM_UP = 2;

  /** What was timed. */
  record Setting(
      String model,
      int rank,
      Precision precision,
      Quantization quantization,
      boolean recompute,
      int threads,
      int batch) {}

  /**
   * @param tokens of all examples, prompts and shared prefixes included
   * @param flops of what is computed: shared prefixes once
   */
  record TimedStep(double millis, double lossNats, int tokens, long flops) {}

  BenchReport {
    if (steps.size() <= WARM_UP) {
      throw new IllegalArgumentException("there are only steps that warm up");
    }
    steps = List.copyOf(steps);
  }

  ObjectNode json() {
    ObjectNode node = Output.object();
    node.put("model", setting.model()).put("rank", setting.rank());
    node.put("precision", precision());
    node.put("quantization", Words.of(setting.quantization()));
    node.put("recompute", setting.recompute());
    node.put("threads", setting.threads());
    node.put("batch", setting.batch()).put("steps", timed().size());
    node.put("millisAStep", medianMillis());
    node.put("examplesPerSecond", setting.batch() * 1e3 / medianMillis());
    node.put("tokensPerSecond", sum(TimedStep::tokens) / seconds());
    node.put("summedSeconds", seconds());
    node.put("peakRssMiB", peakRssMiB);
    node.put("flopsAStep", flopsAStep());
    node.put("flopsPerSecond", flopsPerSecond());
    node.put("gemmFlopsPerSecond", gemmFlopsPerSecond);
    node.put("gemmFraction", flopsPerSecond() / gemmFlopsPerSecond);
    ArrayNode losses = node.putArray("losses");
    steps.forEach(step -> losses.add(step.lossNats()));
    return node;
  }

  Table table() {
    return new Table("", ">")
        .row("milliseconds a step, median", format("%.0f", medianMillis()))
        .row("examples a second", format("%.2f", setting.batch() * 1e3 / medianMillis()))
        .row("tokens a second", format("%.0f", sum(TimedStep::tokens) / seconds()))
        .row("peak RSS, MiB", peakRssMiB)
        .row("GFLOP a step", format("%.1f", flopsAStep() / 1e9))
        .row("GFLOP/s of a step", format("%.1f", flopsPerSecond() / 1e9))
        .row(
            "GFLOP/s of a matrix product, " + precision(), format("%.1f", gemmFlopsPerSecond / 1e9))
        .row(
            "a step's share of that",
            format("%.0f %%", 100 * flopsPerSecond() / gemmFlopsPerSecond));
  }

  private List<TimedStep> timed() {
    return steps.subList(WARM_UP, steps.size());
  }

  private double medianMillis() {
    double[] sorted = timed().stream().mapToDouble(TimedStep::millis).sorted().toArray();
    int upper = sorted.length / 2;
    return (sorted[(sorted.length - 1) / 2] + sorted[upper]) / 2;
  }

  private double seconds() {
    return sum(TimedStep::millis) / 1e3;
  }

  private double flopsAStep() {
    return sum(TimedStep::flops) / timed().size();
  }

  private double flopsPerSecond() {
    return sum(TimedStep::flops) / seconds();
  }

  private double sum(ToDoubleFunction<TimedStep> value) {
    return timed().stream().mapToDouble(value).sum();
  }

  private String precision() {
    return Words.of(setting.precision());
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
