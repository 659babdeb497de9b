package dev.sluice.lora;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.testing.LogCapture;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankStabilityTest {

  private static final int IN = 128;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 16, 64, 256})
  void theDefaultInitialisationPassesAtEveryRankAndSeed(int rank) {
    for (long seed = 0; seed < 50; seed++) {
      AdapterState adapter = fresh(rank, seed);
      LogCapture.of(() -> assertDoesNotThrow(() -> RankStability.check(adapter)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 64, 256})
  void anAWithStandardDeviationOneOverTheRankIsRefused(int rank) {
    for (long seed = 0; seed < 20; seed++) {
      AdapterState adapter = gaussian(rank, 1.0 / rank, seed);
      assertThrows(UnstableRankException.class, () -> RankStability.check(adapter));
    }
  }

  @Test
  void anyDistributionOfTheRightVariancePasses() {
    AdapterState adapter = gaussian(16, Math.sqrt(1.0 / (3 * IN)), 1);
    assertDoesNotThrow(() -> RankStability.check(adapter));
  }

  @Test
  void theRefusalSaysWhichModuleAndWhatToDo() {
    var failure =
        assertThrows(
            UnstableRankException.class, () -> RankStability.check(gaussian(8, 1.0 / 8, 1)));
    assertSays("model.layers.0.self_attn.q_proj", failure);
    assertSays("1/(3·in) = 0.00260", failure);
    assertSays("adapter.start", failure);
  }

  @Test
  void oneModuleOfManyIsEnough() {
    AdapterState adapter = fresh(16, 1);
    float[] last = adapter.modules().get(1).a().values();
    for (int i = 0; i < last.length; i++) {
      last[i] *= 1.2f;
    }
    assertThrows(UnstableRankException.class, () -> RankStability.check(adapter));
  }

  @Test
  void anAThatIsNotANumberIsRefused() {
    AdapterState adapter = fresh(16, 1);
    adapter.modules().get(0).a().values()[3] = Float.NaN;
    assertThrows(UnstableRankException.class, () -> RankStability.check(adapter));
  }

  @Test
  void aTrainedAdapterPassesWhateverItsAIsLike() {
    AdapterState adapter = gaussian(8, 1.0 / 8, 1);
    adapter.modules().get(1).b().values()[5] = 1e-6f;
    assertDoesNotThrow(() -> RankStability.check(adapter));
  }

  @Test
  void gammaAndTheVarianceAreLogged() {
    String log = LogCapture.of(() -> RankStability.check(fresh(16, 1)));
    assertTrue(log.contains("gamma=\"4.0\""), log);
    assertTrue(log.contains("VarianceOfATimes3In=\"1.0"), log);
  }

  private static AdapterState fresh(int rank, long seed) {
    return AdapterInitializer.initialize(
        new LoraConfig(
            rank, 16, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ, TargetModule.V_PROJ)),
        1,
        target -> new LinearShape(IN, 32),
        seed);
  }

  private static AdapterState gaussian(int rank, double deviation, long seed) {
    AdapterState adapter = fresh(rank, seed);
    Random random = new Random(seed);
    for (LoraModule module : adapter.modules()) {
      for (int i = 0; i < module.a().values().length; i++) {
        module.a().values()[i] = (float) (random.nextGaussian() * deviation);
      }
    }
    return adapter;
  }
}
