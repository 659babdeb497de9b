package dev.sluice.app;

import dev.sluice.app.config.OptimizerSettings;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.kafka.AdapterProgress;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.LearningRateSchedule;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A dry run for people: tables, one after another. */
record DryRunText(DryRun run) {

  void print(Output out) {
    out.table(training());
    out.line("");
    out.table(new MemoryReport(run.memory()).table());
    out.line(
        "For %,d rows a step, %,d of them with a target; beside it the JVM, libtorch, its allocator."
            .formatted(run.setup().rows(), run.setup().targets()));
    out.line("");
    out.table(kafka());
    if (run.kafka().problem() != null) {
      out.line("");
      out.line(
          (run.kafka().reached() ? "A trainer could not start: " : "Kafka was not reached: ")
              + run.kafka().problem());
    }
  }

  private Table training() {
    SluiceConfig config = run.config();
    long trainable = run.parameters().trainable();
    long base = run.parameters().base();
    return new Table("TRAINING", "")
        .row("adapter", config.adapterName())
        .row("model", "%s (%s)".formatted(run.modelName(), config.modelDir()))
        .row(
            "family",
            "%s, %d layers x %d, vocabulary %,d"
                .formatted(
                    run.model().family(),
                    run.model().layers(),
                    run.model().hidden(),
                    run.model().vocabulary()))
        .row("parameters", "%,d".formatted(base))
        .row(
            "trainable parameters",
            "%,d (%.2f %% of the model's)".formatted(trainable, 100.0 * trainable / base))
        .row("on projections", projections(config.lora()))
        .row("scaling \u03b3", gamma(config.lora()))
        .row("learning rate", learningRate(config.optimizer()))
        .row(
            "batch",
            "up to %,d examples or %,d tokens, after %s whatever is there"
                .formatted(
                    config.batch().maxExamples(),
                    config.batch().maxTokens(),
                    config.canonical().get("batch.linger")))
        .row("longest example", "%,d tokens".formatted(run.setup().positions()))
        .row("precision", Words.of(run.setup().precision()))
        .row("quantization", Words.of(run.setup().quantization()))
        .row("recompute", config.recompute())
        .row("threads", config.computeThreads())
        .row("device", config.device());
  }

  private Table kafka() {
    SluiceConfig config = run.config();
    Table table = new Table("KAFKA", "").row("brokers", config.bootstrapServers());
    @Nullable AdapterProgress progress = run.kafka().progress();
    if (progress == null) {
      return table;
    }
    @Nullable Manifest newest = progress.newest();
    return table
        .row("partition", config.topics().train() + "-" + progress.partition())
        .row(
            "newest checkpoint",
            newest == null
                ? "none: training begins with "
                    + config.adapterStart().map(Object::toString).orElse("a fresh adapter")
                : "%s of %s".formatted(newest.id(), newest.createdAt()))
        .row("committed step", "%,d".formatted(newest == null ? 0 : newest.step()))
        .row("next offset", "%,d".formatted(progress.nextOffset()))
        .row("lag", "%,d offsets".formatted(progress.lag()));
  }

  private static String projections(LoraConfig lora) {
    return lora.targets().stream().map(TargetModule::peftName).collect(Collectors.joining(","));
  }

  /** For example {@code 2 = α/√r = 16/√64}. */
  private static String gamma(LoraConfig lora) {
    String root = lora.scaling() == LoraScaling.RSLORA ? "\u221a" : "";
    return "%s = \u03b1/%sr = %s/%s%d"
        .formatted(number(lora.gamma()), root, number(lora.alpha()), root, lora.rank());
  }

  private static String learningRate(OptimizerSettings optimizer) {
    LearningRateSchedule schedule = optimizer.schedule();
    return optimizer.warmupUpdates() < 2
        ? number(schedule.peak())
        : "%s from update %d on, %s at the first"
            .formatted(number(schedule.peak()), optimizer.warmupUpdates(), number(schedule.at(1)));
  }

  private static String number(double value) {
    return new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros().toPlainString();
  }
}
