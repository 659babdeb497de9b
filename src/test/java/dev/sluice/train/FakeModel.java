package dev.sluice.train;

import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Counts updates, remembers learning rates, and has gradients that are finite until told. */
final class FakeModel implements TrainableModel {

  static final AdapterState ADAPTER =
      AdapterInitializer.initialize(
          new LoraConfig(1, 1, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ)),
          1,
          target -> new LinearShape(2, 2),
          0);

  private final List<Double> learningRates = new ArrayList<>();
  private AdapterState adapter = ADAPTER;
  private OptimizerState optimizer = OptimizerState.zeros(ADAPTER);
  private boolean finite = true;

  void setFinite(boolean finite) {
    this.finite = finite;
  }

  /** One a step, in order. */
  List<Double> learningRates() {
    return learningRates;
  }

  @Override
  public StepComputation step(MicroBatch batch, double learningRate) {
    learningRates.add(learningRate);
    if (finite) {
      optimizer =
          new OptimizerState(
              optimizer.updates() + 1, optimizer.firstMoments(), optimizer.secondMoments());
    }
    return new StepComputation(
        finite ? 2.5 : Double.NaN,
        finite,
        new GradientNorms(1, List.of()),
        List.of(new ExampleScore("tfns", true, 1)));
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
  public void restore(AdapterState restored, OptimizerState restoredOptimizer) {
    adapter = restored;
    optimizer = restoredOptimizer;
  }

  @Override
  public void close() {}
}
