package dev.sluice.train;

import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterState;

/**
 * A frozen base model with one adapter and its optimizer. Not thread-safe: one thread at a time.
 */
public interface TrainableModel extends AutoCloseable {

  /** Forward, backward, gradient norms, clipping and one AdamW update. */
  StepComputation step(MicroBatch batch, double learningRate);

  /** A copy of the adapter's weights. */
  AdapterState adapter();

  /** A copy of the optimizer's state. */
  OptimizerState optimizer();

  /** Replaces adapter and optimizer. */
  void restore(AdapterState adapter, OptimizerState optimizer);

  @Override
  void close();
}
