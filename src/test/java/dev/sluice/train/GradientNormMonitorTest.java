package dev.sluice.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.lora.TargetModule;
import dev.sluice.train.GradientAlert.Kind;
import dev.sluice.train.GradientNorms.ModuleNorm;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepOutcome.Skipped;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientNormMonitorTest {

  private static final Optional<GradientAlert> QUIET = Optional.empty();

  private final GradientNormMonitor monitor = new GradientNormMonitor(10, 8);
  private long step;

  @Test
  void aCollapseIsAlertedOnce() {
    repeat(8, 2);
    assertEquals(Optional.of(new GradientAlert(Kind.COLLAPSE, 9, 0.1, 2)), applied(0.1));
    assertEquals(QUIET, applied(0.1));
    assertEquals(QUIET, applied(0.05));
  }

  @Test
  void anExplosionIsAlertedOnce() {
    repeat(8, 2);
    assertEquals(Optional.of(new GradientAlert(Kind.EXPLOSION, 9, 21, 2)), applied(21));
    assertEquals(QUIET, applied(40));
  }

  @Test
  void aNormAtTheFactorItselfIsNoAlert() {
    repeat(8, 2);
    assertEquals(QUIET, applied(20));
    assertEquals(QUIET, applied(0.2));
  }

  @Test
  void aNormThatTremblesAtTheLineIsOneEpisode() {
    repeat(8, 1);
    assertEquals(Kind.EXPLOSION, applied(11).orElseThrow().kind());
    assertEquals(QUIET, applied(9), "not back: still above the root of 10");
    assertEquals(QUIET, applied(11));
    assertEquals(QUIET, applied(1), "back");
    assertEquals(Kind.EXPLOSION, applied(11).orElseThrow().kind());
  }

  @Test
  void fromOneExtremeToTheOtherIsAnotherEpisode() {
    repeat(8, 1);
    assertEquals(Kind.EXPLOSION, applied(11).orElseThrow().kind());
    assertEquals(Kind.COLLAPSE, applied(0.01).orElseThrow().kind());
  }

  @Test
  void theFirstStepsAreNeverAlerted() {
    GradientNormMonitor fresh = new GradientNormMonitor(10, 8);
    assertEquals(QUIET, fresh.observe(outcome(1, 1)));
    assertEquals(QUIET, fresh.observe(outcome(2, 1000)), "a quarter of the window is not filled");
    assertEquals(Kind.COLLAPSE, fresh.observe(outcome(3, 1)).orElseThrow().kind());
  }

  @Test
  void aChangeThatStaysBecomesTheMedian() {
    repeat(8, 1);
    assertEquals(Kind.COLLAPSE, applied(0.01).orElseThrow().kind());
    repeat(7, 0.01);
    assertEquals(Kind.EXPLOSION, applied(1).orElseThrow().kind(), "now 1 is far off");
  }

  @Test
  void whatIsSkippedOrNotFiniteLeavesNoTrace() {
    repeat(8, 1);
    for (int i = 0; i < 20; i++) {
      assertEquals(QUIET, applied(Double.NaN));
      assertEquals(QUIET, applied(Double.POSITIVE_INFINITY));
      assertEquals(QUIET, monitor.observe(new Skipped(outcome(++step, 1e-9).report(), "why")));
    }
    assertEquals(1, applied(11).orElseThrow().median());
  }

  @Test
  void normsOfNothingAreNoMeasure() {
    repeat(8, 0);
    assertEquals(QUIET, applied(1));
  }

  @Test
  void theNormOfAIsNotLookedAt() {
    repeat(8, 1);
    ModuleNorm norm = new ModuleNorm(0, TargetModule.Q_PROJ, 1e6, 1);
    assertEquals(
        QUIET,
        monitor.observe(
            new Applied(
                StepReports.of(++step, 1, new GradientNorms(1e6, List.of(norm)), List.of()))));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void normsThatVaryByAThirdOfTheFactorEitherWayStayQuiet(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      assertEquals(QUIET, applied(Math.exp((random.nextDouble() * 2 - 1) * Math.log(3.1))));
    }
  }

  @Test
  void refusesAFactorOfOneAndAnEmptyWindow() {
    assertThrows(IllegalArgumentException.class, () -> new GradientNormMonitor(1, 8));
    assertThrows(IllegalArgumentException.class, () -> new GradientNormMonitor(Double.NaN, 8));
    assertThrows(IllegalArgumentException.class, () -> new GradientNormMonitor(10, 0));
  }

  private void repeat(int times, double norm) {
    for (int i = 0; i < times; i++) {
      assertEquals(QUIET, applied(norm));
    }
  }

  private Optional<GradientAlert> applied(double norm) {
    return monitor.observe(outcome(++step, norm));
  }

  private static StepOutcome outcome(long step, double norm) {
    ModuleNorm module = new ModuleNorm(0, TargetModule.Q_PROJ, 0, norm);
    return new Applied(
        StepReports.of(step, 1, new GradientNorms(norm, List.of(module)), List.of()));
  }
}
