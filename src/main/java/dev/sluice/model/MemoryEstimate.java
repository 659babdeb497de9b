package dev.sluice.model;

import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.RsLoraModel.Precision;

/**
 * The native memory that training needs at its peak, in bytes: an estimate from what {@code
 * rslora_step.py} keeps. The JVM and libtorch themselves come on top, and copies of the adapter on
 * the heap while a checkpoint is written.
 *
 * @param projections frozen weights of the layers' projections, quantized or not
 * @param otherWeights embedding, head, norms, biases and rotary tables, in the compute type
 * @param dequantized a quantized weight while it is converted to the compute type: the largest one
 * @param adapter the fp32 masters, and their copy in the compute type if that is another
 * @param moments AdamW's two, fp32
 * @param gradients of the adapter, fp32
 * @param activations what is kept for the backward pass, for the given rows
 * @param working the larger of a part of the logits, and a layer's gradients
 */
public record MemoryEstimate(
    long projections,
    long otherWeights,
    long dequantized,
    long adapter,
    long moments,
    long gradients,
    long activations,
    long working) {

  /**
   * How it is trained.
   *
   * @param positions rows of the rotary embedding's tables: the longest example
   * @param rows of a step: tokens, those of a common prefix once
   * @param targets rows that predict a target token
   */
  public record Setup(
      Precision precision,
      Quantization quantization,
      boolean recompute,
      int positions,
      int rows,
      int targets) {

    /** For an estimate: labels are short, and one row in so many predicts a part of one. */
    public static int targetsOf(int rows) {
      return Math.max(1, rows / ROWS_A_TARGET);
    }

    /** Bytes of a number that the base model computes with. */
    long computeBytes() {
      return precision == Precision.FP32 ? Float.BYTES : Short.BYTES;
    }
  }

  private static final int NF4_BLOCK = 64;
  private static final int ROWS_A_TARGET = 16;
  private static final int NF4_BLOCKS_OF_SCALES = 64 * 256;

  public static MemoryEstimate of(ModelConfig model, LoraConfig lora, Setup setup) {
    ParameterCount count = ParameterCount.of(model, lora);
    ActivationEstimate activations = new ActivationEstimate(model, lora, setup);
    long compute = setup.computeBytes();
    long copy = setup.precision() == Precision.FP32 ? 0 : compute * count.trainable();
    long masters = Float.BYTES * count.trainable();
    long tables = (long) setup.positions() * model.headDim(); // cos and sin, half a head each
    return new MemoryEstimate(
        projections(count, setup),
        compute * (count.embedding() + count.head() + count.vectors() + tables),
        dequantized(model, setup),
        masters + copy,
        2 * masters,
        masters,
        activations.kept(),
        activations.working());
  }

  public long total() {
    return projections
        + otherWeights
        + dequantized
        + adapter
        + moments
        + gradients
        + activations
        + working;
  }

  private static long projections(ParameterCount count, Setup setup) {
    long weights = count.projections();
    return switch (setup.quantization()) {
      case NONE -> setup.computeBytes() * weights;
      case INT8 -> weights + setup.computeBytes() * count.projectionRows();
      case NF4 -> weights / 2 + weights / NF4_BLOCK + Float.BYTES * weights / NF4_BLOCKS_OF_SCALES;
    };
  }

  /** int8: converted, then scaled; NF4: indices of levels, levels, then scaled. */
  private static long dequantized(ModelConfig model, Setup setup) {
    long largest = 0;
    for (TargetModule target : TargetModule.values()) {
      largest = Math.max(largest, (long) model.shape(target).in() * model.shape(target).out());
    }
    return switch (setup.quantization()) {
      case NONE -> 0;
      case INT8 -> 2 * setup.computeBytes() * largest;
      case NF4 -> (Integer.BYTES / 2 + 2 * setup.computeBytes()) * largest;
    };
  }
}
