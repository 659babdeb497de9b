package dev.sluice.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/** Small adapters of two layers, q and v. */
final class Adapters {

  static final int LAYERS = 2;
  static final LoraConfig CONFIG = config(3, 16, LoraScaling.RSLORA);

  private Adapters() {}

  static LoraConfig config(int rank, double alpha, LoraScaling scaling) {
    return new LoraConfig(
        rank, alpha, scaling, EnumSet.of(TargetModule.V_PROJ, TargetModule.Q_PROJ));
  }

  /** B is random as well. */
  static AdapterState random(long seed) {
    return random(CONFIG, seed);
  }

  static AdapterState random(LoraConfig config, long seed) {
    AdapterState state =
        AdapterInitializer.initialize(config, LAYERS, target -> new LinearShape(5, 4), seed);
    Random random = new Random(seed);
    for (LoraModule module : state.modules()) {
      for (int i = 0; i < module.b().values().length; i++) {
        module.b().values()[i] = (float) random.nextGaussian();
      }
    }
    return state;
  }

  static void assertSame(List<LoraModule> expected, List<LoraModule> actual) {
    assertEquals(
        expected.stream().map(LoraModule::path).toList(),
        actual.stream().map(LoraModule::path).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).a().toString(), actual.get(i).a().toString());
      assertArrayEquals(expected.get(i).a().values(), actual.get(i).a().values());
      assertEquals(expected.get(i).b().toString(), actual.get(i).b().toString());
      assertArrayEquals(expected.get(i).b().values(), actual.get(i).b().values());
    }
  }
}
