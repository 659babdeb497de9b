package dev.sluice.model;

import dev.sluice.model.RotaryEmbedding.Scaling;

/** Shapes of published models, from their {@code config.json}. */
final class KnownModels {

  private static final RotaryEmbedding ROTARY = new RotaryEmbedding(10_000, Scaling.NONE);

  static final ModelConfig SMOLLM2_135M =
      new ModelConfig(
          "llama", 30, 576, 1536, 9, 3, 64, 49_152, 8192, 1e-5, ROTARY, true, false, false);

  static final ModelConfig LLAMA_31_8B =
      new ModelConfig(
          "llama", 32, 4096, 14_336, 32, 8, 128, 128_256, 131_072, 1e-5, ROTARY, false, false,
          false);

  static final ModelConfig QWEN25_05B =
      new ModelConfig(
          "qwen2", 24, 896, 4864, 14, 2, 64, 151_936, 32_768, 1e-6, ROTARY, true, true, false);

  static final ModelConfig QWEN3_06B =
      new ModelConfig(
          "qwen3", 28, 1024, 3072, 16, 8, 128, 151_936, 40_960, 1e-6, ROTARY, true, false, true);

  private KnownModels() {}
}
