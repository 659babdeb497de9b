package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.MemoryEstimate.Setup;
import dev.sluice.model.RsLoraModel.Precision;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryEstimateTest {

  private static final LoraConfig ALL = lora(64, EnumSet.allOf(TargetModule.class));

  @Test
  void fp32WeightsTakeFourBytes() {
    MemoryEstimate estimate = of(Precision.FP32, Quantization.NONE, false);
    long tables = 8192 * 64;
    assertEquals(4 * (134_515_008 + tables), estimate.projections() + estimate.otherWeights());
    assertEquals(0, estimate.dequantized());
  }

  @Test
  void theAdapterItsMomentsAndItsGradientsAreFp32() {
    long trainable = ParameterCount.of(KnownModels.SMOLLM2_135M, ALL).trainable();
    MemoryEstimate fp32 = of(Precision.FP32, Quantization.NONE, false);
    assertEquals(4 * trainable, fp32.adapter());
    assertEquals(8 * trainable, fp32.moments());
    assertEquals(4 * trainable, fp32.gradients());

    MemoryEstimate bf16 = of(Precision.BF16, Quantization.NONE, false);
    assertEquals(6 * trainable, bf16.adapter(), "the step computes with a bf16 copy");
    assertEquals(8 * trainable, bf16.moments());
    assertEquals(4 * trainable, bf16.gradients());
    assertEquals(fp32.projections() / 2, bf16.projections());
  }

  @Test
  void int8TakesAByteAWeightAndAScaleARow() {
    long weights = 30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536L);
    long rows = 30 * (2 * 576 + 2 * 192 + 2 * 1536 + 576);
    MemoryEstimate int8 = of(Precision.BF16, Quantization.INT8, true);
    assertEquals(weights + 2 * rows, int8.projections());
    assertEquals(2 * 2 * 576 * 1536, int8.dequantized(), "one projection, before and after");
    assertEquals(of(Precision.BF16, Quantization.NONE, true).otherWeights(), int8.otherWeights());
  }

  @Test
  void quantizationSavesWithoutRecomputeToo() {
    long bf16 = of(Precision.BF16, Quantization.NONE, false).total();
    long int8 = of(Precision.BF16, Quantization.INT8, false).total();
    long nf4 = of(Precision.BF16, Quantization.NF4, false).total();
    assertTrue(nf4 < int8 && int8 < bf16, nf4 + " " + int8 + " " + bf16);
  }

  @Test
  void aLlamaOfEightBillionInFourBitsFitsACardOf24GiB() {
    LoraConfig lora = lora(8, EnumSet.of(TargetModule.Q_PROJ, TargetModule.V_PROJ));
    Setup setup = new Setup(Precision.BF16, Quantization.NF4, true, 4096, 4096, 256);
    MemoryEstimate estimate = MemoryEstimate.of(KnownModels.LLAMA_31_8B, lora, setup);
    long weights = 6_979_321_856L;
    assertEquals(weights / 2 + weights / 64 + weights / 64 / 64, estimate.projections());
    assertTrue(estimate.total() > 5L << 30, "" + estimate);
    assertTrue(estimate.total() < 24L << 30, "" + estimate);
  }

  @Test
  void aSmallModelsActivationsAreThoseCountedByHand() {
    ModelConfig model = RandomModel.tied(1).config(); // 2 layers, 16 wide, 24 wide, 4 and 2 heads
    LoraConfig query = lora(2, EnumSet.of(TargetModule.Q_PROJ));
    long attention = 4 * (16 + 2 + 6 * 16 + 2 * 8) + 4 * 4;
    long feedForward = 4 * (16 + 2 * 24);
    Setup setup = new Setup(Precision.FP32, Quantization.NONE, false, 64, 10, 3);
    MemoryEstimate kept = MemoryEstimate.of(model, query, setup);
    assertEquals(2 * 10 * attention + 10 * feedForward + 3 * feedForward, kept.activations());
    assertEquals(
        6 * 4 * 10 * 24, kept.working(), "a layer's gradients: more than 3 rows of logits");

    Setup again = new Setup(Precision.FP32, Quantization.NONE, true, 64, 10, 10);
    MemoryEstimate recomputed = MemoryEstimate.of(model, query, again);
    assertEquals(10 * (2 * 4 * 16 + attention + feedForward), recomputed.activations());
    assertEquals(6 * 4 * 10 * 24, recomputed.working());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void activationsGrowWithRowsAndShrinkWithRecomputeAndBf16(long seed) {
    Random random = new Random(seed);
    int rows = 64 + random.nextInt(10_000);
    int targets = 1 + random.nextInt(rows / 4);
    long kept = activations(Precision.FP32, false, rows, targets);
    assertTrue(activations(Precision.FP32, false, rows + 1, targets) > kept);
    assertTrue(activations(Precision.FP32, true, rows, targets) < kept / 5);
    assertTrue(activations(Precision.BF16, false, rows, targets) < kept);
  }

  private static long activations(Precision precision, boolean recompute, int rows, int targets) {
    Setup setup = new Setup(precision, Quantization.NONE, recompute, 8192, rows, targets);
    return MemoryEstimate.of(KnownModels.SMOLLM2_135M, ALL, setup).activations();
  }

  private static MemoryEstimate of(
      Precision precision, Quantization quantization, boolean recompute) {
    return MemoryEstimate.of(
        KnownModels.SMOLLM2_135M,
        ALL,
        new Setup(precision, quantization, recompute, 8192, 1024, 64));
  }

  private static LoraConfig lora(int rank, Set<TargetModule> targets) {
    return new LoraConfig(rank, 16, LoraScaling.RSLORA, targets);
  }
}
