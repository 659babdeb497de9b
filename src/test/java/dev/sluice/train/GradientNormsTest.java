package dev.sluice.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.lora.TargetModule;
import dev.sluice.train.GradientNorms.ModuleNorm;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientNormsTest {

  private final GradientNorms norms =
      new GradientNorms(
          13,
          List.of(
              new ModuleNorm(0, TargetModule.Q_PROJ, 3, 5),
              new ModuleNorm(0, TargetModule.V_PROJ, 100, 100),
              new ModuleNorm(1, TargetModule.Q_PROJ, 4, 12)));

  @Test
  void aProjectionsNormIsTheRootOfTheSquaresOverItsLayers() {
    assertEquals(5, norms.a(TargetModule.Q_PROJ));
    assertEquals(13, norms.b(TargetModule.Q_PROJ));
    assertEquals(100, norms.a(TargetModule.V_PROJ));
  }

  @Test
  void theNormOfAllBIsTheRootOfTheSquaresOverAllModules() {
    assertEquals(Math.sqrt(5 * 5 + 100 * 100 + 12 * 12), norms.b(), 1e-9);
  }

  @Test
  void aProjectionWithoutAnAdapterHasNone() {
    assertEquals(0, norms.a(TargetModule.UP_PROJ));
  }

  @Test
  void oneLayerThatIsNotFiniteShows() {
    GradientNorms broken =
        new GradientNorms(
            Double.NaN,
            List.of(
                new ModuleNorm(0, TargetModule.Q_PROJ, 1, Double.NaN),
                new ModuleNorm(1, TargetModule.Q_PROJ, 1, 1)));
    assertTrue(Double.isNaN(broken.b(TargetModule.Q_PROJ)));
    assertEquals(Math.sqrt(2), broken.a(TargetModule.Q_PROJ));
  }
}
