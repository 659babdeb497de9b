package dev.sluice.lora;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraConfigTest {

  private static final Set<TargetModule> ALL = EnumSet.allOf(TargetModule.class);

  @ParameterizedTest
  @CsvSource({"1, 16, 16, 16", "16, 16, 4, 1", "64, 16, 2, 0.25", "256, 32, 2, 0.125"})
  void gammaIsAlphaOverTheRootOfRankOrOverRank(
      int rank, double alpha, double rslora, double classic) {
    assertEquals(rslora, new LoraConfig(rank, alpha, LoraScaling.RSLORA, ALL).gamma());
    assertEquals(classic, new LoraConfig(rank, alpha, LoraScaling.CLASSIC, ALL).gamma());
  }

  @Test
  void bothScalingsAgreeAtRankOneAndDifferByTheRootOfRank() {
    for (int rank = 1; rank <= 512; rank *= 2) {
      double rslora = new LoraConfig(rank, 8, LoraScaling.RSLORA, ALL).gamma();
      double classic = new LoraConfig(rank, 8, LoraScaling.CLASSIC, ALL).gamma();
      assertEquals(Math.sqrt(rank), rslora / classic, 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void refusesARankBelowOne(int rank) {
    assertSays("lora.rank must be at least 1 but was " + rank, refused(rank, 16, ALL));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -16, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesAnAlphaThatIsNotAPositiveNumber(double alpha) {
    assertSays("lora.alpha must be above 0 but was " + alpha, refused(16, alpha, ALL));
  }

  @Test
  void refusesToAdaptNothing() {
    assertSays("lora.target.modules must name a projection", refused(16, 16, Set.of()));
  }

  @Test
  void targetsAreInTheOrderOfTheLayerWhateverTheConfigurationSays() {
    Set<TargetModule> given =
        new LinkedHashSet<>(
            List.of(TargetModule.DOWN_PROJ, TargetModule.V_PROJ, TargetModule.Q_PROJ));
    LoraConfig config = new LoraConfig(2, 4, LoraScaling.RSLORA, given);
    assertEquals(
        List.of(TargetModule.Q_PROJ, TargetModule.V_PROJ, TargetModule.DOWN_PROJ),
        List.copyOf(config.targets()));
    given.clear();
    assertEquals(3, config.targets().size());
  }

  @ParameterizedTest
  @EnumSource
  void aProjectionIsFoundByItsPeftName(TargetModule module) {
    assertEquals(module, TargetModule.of(module.peftName()));
  }

  @Test
  void pathsAreThoseOfTheModel() {
    Matrix a = Matrix.zeros(1, 2);
    Matrix b = Matrix.zeros(3, 1);
    assertEquals(
        "model.layers.4.self_attn.o_proj", new LoraModule(4, TargetModule.O_PROJ, a, b).path());
    assertEquals(
        "model.layers.0.mlp.up_proj", new LoraModule(0, TargetModule.UP_PROJ, a, b).path());
  }

  @Test
  void anUnknownProjectionIsNamedWithTheKnownOnes() {
    Throwable failure =
        assertThrows(IllegalArgumentException.class, () -> TargetModule.of("c_attn"));
    assertSays("unknown target module 'c_attn'", failure);
    assertSays("q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj", failure);
  }

  private static Throwable refused(int rank, double alpha, Set<TargetModule> targets) {
    return assertThrows(
        IllegalArgumentException.class,
        () -> new LoraConfig(rank, alpha, LoraScaling.RSLORA, targets));
  }
}
