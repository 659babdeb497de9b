package dev.sluice.model;

import dev.sluice.lora.LoraConfig;
import dev.sluice.model.RsLoraModel.Precision;

/**
 * The native memory that training needs at its peak, in bytes: an estimate from what {@code
 * rslora_step.py} keeps. The JVM and libtorch themselves come on top, and copies of the adapter on
 * the heap while a checkpoint is written.
 *
 * @param projections frozen weights of the layers' projections, quantized or not
 * @param otherWeights embedding, head, norms, biases and rotary tables, in the compute type
 * @param dequantized quantized weights in the compute type, as far as they are there at once
 * @param adapter the fp32 masters, and their copy in the compute type if that is another
 * @param moments AdamW's two, fp32
 * @param gradients of the adapter, fp32, and in the compute type if that is another
 * @param activations what is kept for the backward pass, for the given rows
 * @param working the larger of the logits with their gradients, and a layer's gradients
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

  /** How the frozen projections are stored. */
  public enum Quantization {
    /** In the compute type. */
    NONE,
    /** A byte a weight, and an fp32 scale a row. */
    INT8,
    /** Half a byte a weight, and an fp32 scale for each block of 64. */
    NF4
  }

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

    /** Bytes of a number that the base model computes with. */
    long computeBytes() {
      return precision == Precision.FP32 ? Float.BYTES : Short.BYTES;
    }
  }

  private static final int NF4_BLOCK = 64;

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
        dequantized(model, count, setup),
        masters + copy,
        2 * masters,
        masters + copy,
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
    return switch (setup.quantization()) {
      case NONE -> setup.computeBytes() * count.projections();
      case INT8 -> count.projections() + Float.BYTES * count.projectionRows();
      case NF4 -> count.projections() / 2 + Float.BYTES * (count.projections() / NF4_BLOCK);
    };
  }

  /** Autograd keeps each weight that a product was taken with: all of them without recompute. */
  private static long dequantized(ModelConfig model, ParameterCount count, Setup setup) {
    if (setup.quantization() == Quantization.NONE) {
      return 0;
    }
    long all = setup.computeBytes() * count.projections();
    return setup.recompute() ? all / model.layers() : all;
  }
}
