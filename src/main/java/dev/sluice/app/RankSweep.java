package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.sweep.SweepReport;
import dev.sluice.app.sweep.SweepRun;
import dev.sluice.app.sweep.SweepSetting;
import dev.sluice.app.sweep.SweepStep;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.Tokenizer;
import dev.sluice.lora.LoraScaling;
import dev.sluice.train.LearningRateSchedule;
import dev.sluice.train.StepComputation;
import dev.sluice.train.TrainableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains an adapter of each rank under each scaling, all from one seed on the same micro-batches.
 *
 * <p>A smaller rank's A is the beginning of a larger one's, so ranks differ in nothing but rank.
 */
final class RankSweep {

  /** Micro-batches that no step sees. */
  private static final int HELD_OUT = 8;

  private final SluiceConfig config;
  private final Plan plan;
  private final Progress progress;
  private final BooleanSupplier stop;

  private List<MicroBatch> batches = List.of();
  private String modelName = "";
  private long stepsDone;

  /**
   * What to train.
   *
   * @param batch examples a step
   * @param file JSON Lines; null for the demo's feed
   */
  record Plan(List<Integer> ranks, int steps, int batch, @Nullable Path file) {
    Plan {
      ranks = List.copyOf(ranks);
    }

    /** Of all adapters together. */
    long allExamples() {
      return (long) ranks.size() * LoraScaling.values().length * steps * batch;
    }
  }

  RankSweep(SluiceConfig config, Plan plan, Progress progress, BooleanSupplier stop) {
    this.config = config;
    this.plan = plan;
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * Takes seconds to hours.
   *
   * @throws CommandFailedException if it was told to stop, or a gradient was not finite
   */
  SweepReport run() throws IOException {
    List<SweepRun> runs = new ArrayList<>();
    for (int rank : plan.ranks()) {
      for (LoraScaling scaling : LoraScaling.values()) {
        runs.add(run(rank, scaling));
      }
    }
    return new SweepReport(setting(), runs);
  }

  private SweepRun run(int rank, LoraScaling scaling) throws IOException {
    String name = Words.of(scaling);
    SluiceConfig own =
        config.with(Map.of("lora.rank", Integer.toString(rank), "lora.scaling", name));
    try (TrainingSetup setup = TrainingSetup.open(own)) {
      if (batches.isEmpty()) {
        batches = batches(setup.tokens());
        modelName = setup.modelName();
      }
      LearningRateSchedule schedule = own.optimizer().schedule();
      List<SweepStep> steps = new ArrayList<>();
      for (int step = 1; step <= plan.steps(); step++) {
        String what = "rank %d, %s, step %d".formatted(rank, name, step);
        steps.add(step(setup.model(), batches.get(step - 1), schedule.at(step), what));
      }
      return new SweepRun(own.lora(), steps, heldOutLoss(setup.model()));
    }
  }

  private List<MicroBatch> batches(Tokenizer tokenizer) throws IOException {
    int count = plan.steps() + HELD_OUT;
    return plan.file() == null
        ? Rows.ofFeed(config.seed(), tokenizer, count, plan.batch())
        : Rows.ofFile(plan.file(), tokenizer, count, plan.batch());
  }

  private SweepStep step(TrainableModel model, MicroBatch batch, double learningRate, String what) {
    if (stop.getAsBoolean()) {
      throw new CommandFailedException("stopped before the sweep was complete: nothing is written");
    }
    StepComputation computed = model.step(batch, learningRate);
    if (!computed.updated()) {
      throw new CommandFailedException(
          "%s: the loss or a gradient is not finite; lower --lr".formatted(what));
    }
    stepsDone++;
    progress.to(stepsDone * plan.batch(), what);
    double squares =
        computed.norms().modules().stream().mapToDouble(norm -> norm.b() * norm.b()).sum();
    return new SweepStep(computed.lossNats(), computed.norms().global(), Math.sqrt(squares));
  }

  /** A step at learning rate 0 leaves the weights as they are and says what they lose. */
  private double heldOutLoss(TrainableModel model) {
    double sum = 0;
    double weights = 0;
    for (MicroBatch batch : batches.subList(plan.steps(), batches.size())) {
      double weight =
          batch.examples().stream()
              .mapToDouble(e -> e.example().weight() * e.tokens().targetTokens())
              .sum();
      double loss = model.step(batch, 0).lossNats();
      if (!Double.isFinite(loss)) {
        throw new CommandFailedException("the held-out loss is not finite; lower --lr");
      }
      sum += weight * loss;
      weights += weight;
    }
    return sum / weights;
  }

  private SweepSetting setting() {
    return new SweepSetting(
        modelName,
        plan.file() == null ? "the demo's feed" : String.valueOf(plan.file().getFileName()),
        config.lora().alpha(),
        config.optimizer().learningRate(),
        config.optimizer().warmupUpdates(),
        config.seed(),
        plan.steps(),
        plan.batch(),
        HELD_OUT * plan.batch());
  }
}
