package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParameterCountTest {

  private static final Set<TargetModule> ALL = EnumSet.allOf(TargetModule.class);

  @Test
  void countsWhatTheModelCardsSay() {
    assertEquals(134_515_008, base(KnownModels.SMOLLM2_135M));
    assertEquals(8_030_261_248L, base(KnownModels.LLAMA_31_8B));
    assertEquals(494_032_768, base(KnownModels.QWEN25_05B));
    assertEquals(596_049_920, base(KnownModels.QWEN3_06B));
  }

  @Test
  void countsTheAdapterAsPeftDoes() {
    assertEquals(41_943_040, of(KnownModels.LLAMA_31_8B, lora(16, ALL)).trainable());
  }

  @Test
  void countsTheAdapterThatIsInitialized() {
    LoraConfig lora = lora(3, EnumSet.of(TargetModule.K_PROJ, TargetModule.DOWN_PROJ));
    ModelConfig model = RandomModel.tied(1).config();
    long parameters =
        AdapterInitializer.initialize(lora, model.layers(), model::shape, 1).parameters();
    assertEquals(parameters, of(model, lora).trainable());
  }

  private static long base(ModelConfig model) {
    return of(model, lora(16, ALL)).base();
  }

  private static ParameterCount of(ModelConfig model, LoraConfig lora) {
    return ParameterCount.of(model, lora);
  }

  private static LoraConfig lora(int rank, Set<TargetModule> targets) {
    return new LoraConfig(rank, 16, LoraScaling.RSLORA, targets);
  }
}
