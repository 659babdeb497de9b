package dev.sluice.kafka;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.data.Tokenizer;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.Matrix;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.GradientNorms.ModuleNorm;
import dev.sluice.train.OptimizerState;
import dev.sluice.train.StepComputation;
import dev.sluice.train.TrainableModel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * A model whose adapter is a record of what it saw: A holds values that depend on every example, on
 * their order, on the moments and on the number of updates, B how many examples and steps there
 * were. An example that is lost, doubled or out of order shows in the bytes, however long ago, and
 * so does an optimizer that was not restored.
 */
final class CountingModel implements TrainableModel {

  /** The largest prime that, with everything below it, a float holds exactly. */
  private static final long PRIME = 16_777_213;

  /** The id of an example with a gradient out of all proportion. */
  static final String STEEP = "steep";

  /** Fails the step with this number, counted from the model's making; 0 for never. */
  private final long failAtStep;

  private AdapterState adapter;
  private OptimizerState optimizer;
  private long steps;

  CountingModel(int rank, long failAtStep) {
    this.failAtStep = failAtStep;
    this.adapter = initial(rank);
    this.optimizer = OptimizerState.zeros(adapter);
  }

  static AdapterState initial(int rank) {
    LoraConfig config =
        new LoraConfig(rank, 1, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));
    return new AdapterState(
        config,
        List.of(
            new LoraModule(0, TargetModule.Q_PROJ, Matrix.zeros(rank, 2), Matrix.zeros(2, rank))));
  }

  /** One token a character; the text {@code unusable} cannot be used. */
  static Tokenizer tokenizer() {
    return text -> {
      String prompt = ((Completion) text).prompt();
      if (prompt.equals("unusable")) {
        throw new UnusableExampleException("does not fit");
      }
      int[] ids = (prompt + "!").chars().toArray();
      boolean[] target = new boolean[ids.length];
      target[ids.length - 1] = true;
      return new TokenSequence(ids, target);
    };
  }

  @Override
  public StepComputation step(MicroBatch batch, double learningRate) {
    if (++steps == failAtStep) {
      throw new IllegalStateException("the machine is on fire");
    }
    LoraModule weights = adapter.modules().get(0);
    float[] a = weights.a().values().clone();
    float[] b = weights.b().values().clone();
    float[] first = optimizer.firstMoments().get(0).a().values().clone();
    float[] second = optimizer.secondMoments().get(0).a().values().clone();
    List<ExampleScore> scores = new ArrayList<>();
    double normB = 1;
    for (TokenizedExample example : batch.examples()) {
      long seen = Math.floorMod(example.example().id().hashCode(), PRIME);
      first[0] = mix(first[0], seen);
      second[0] = mix(second[0], seen + 1);
      a[0] = mix(mix(a[0], (long) first[0]), (long) second[0]);
      b[0]++;
      normB = example.example().id().equals(STEEP) ? 1000 : normB;
      scores.add(new ExampleScore(example.example().task(), true, 1));
    }
    a[1] = mix(a[1], optimizer.updates() + batch.size()); // where batches were cut
    b[1]++;
    adapter = new AdapterState(adapter.config(), List.of(module(a, b)));
    optimizer =
        new OptimizerState(
            optimizer.updates() + 1,
            List.of(module(first, new float[b.length])),
            List.of(module(second, new float[b.length])));
    return new StepComputation(
        1.0,
        true,
        new GradientNorms(1, List.of(new ModuleNorm(0, TargetModule.Q_PROJ, 0, normB))),
        scores);
  }

  private static float mix(float before, long value) {
    return (31 * ((long) before) + value) % PRIME;
  }

  private static LoraModule module(float[] a, float[] b) {
    int rank = a.length / 2;
    return new LoraModule(0, TargetModule.Q_PROJ, new Matrix(rank, 2, a), new Matrix(2, rank, b));
  }

  @Override
  public AdapterState adapter() {
    return adapter;
  }

  @Override
  public OptimizerState optimizer() {
    return optimizer;
  }

  @Override
  public void restore(AdapterState newAdapter, OptimizerState newOptimizer) {
    adapter = newAdapter;
    optimizer = newOptimizer;
  }

  @Override
  public void close() {}
}
