package dev.sluice.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.util.function.LongSupplier;

/** How fast this machine multiplies large matrices: what a training step is held against. */
final class GemmRate {

  /** Rows and columns: large enough that the product's own costs vanish. */
  static final int SIZE = 2048;

  /** How long products are repeated; the fastest counts. */
  private static final long NANOS = 1_000_000_000;

  private GemmRate() {}

  /**
   * Floating-point operations a second of the fastest of several products, with libtorch's threads.
   *
   * @param program converts the matrices to {@code compute}
   */
  static double measure(
      StepProgram program, PtNDManager manager, Dtype compute, LongSupplier nanoTime) {
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      Shape square = new Shape(SIZE, SIZE);
      NDArray a = program.cast(scratch.randomNormal(square), compute);
      NDArray b = program.cast(scratch.randomNormal(square), compute);
      finish(a.matMul(b)); // the first one also allocates
      long best = Long.MAX_VALUE;
      long start = nanoTime.getAsLong();
      for (long now = start; now - start < NANOS; ) {
        finish(a.matMul(b));
        long then = nanoTime.getAsLong();
        best = Math.min(best, then - now);
        now = then;
      }
      return 2.0 * SIZE * SIZE * SIZE * 1e9 / best;
    }
  }

  /** Waits for the product, which a GPU only begins: reading a number of it has to. */
  private static void finish(NDArray product) {
    try (product;
        NDArray corner = product.get("0:1, 0:1")) {
      corner.toByteBuffer();
    }
  }
}
