package dev.sluice.train;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateScheduleTest {

  @Test
  void risesEvenlyToThePeakAndStaysThere() {
    LearningRateSchedule schedule = new LearningRateSchedule(1e-3, 10);
    assertEquals(1e-4, schedule.at(1), 1e-18);
    assertEquals(5e-4, schedule.at(5), 1e-18);
    assertEquals(1e-3, schedule.at(10));
    assertEquals(1e-3, schedule.at(11));
    assertEquals(1e-3, schedule.at(Long.MAX_VALUE));
  }

  @Test
  void theFirstUpdateAlreadyMoves() {
    assertTrue(new LearningRateSchedule(1e-3, 1_000_000).at(1) > 0);
  }

  @Test
  void withoutWarmUpItIsThePeakFromTheStart() {
    assertEquals(1e-3, new LearningRateSchedule(1e-3, 0).at(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1e-3, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesALearningRateThatIsNotAPositiveNumber(double peak) {
    assertSays(
        "optimizer.learning.rate must be above 0 but was " + peak,
        assertThrows(IllegalArgumentException.class, () -> new LearningRateSchedule(peak, 0)));
  }

  @Test
  void refusesANegativeWarmUp() {
    assertSays(
        "optimizer.warmup.updates must be at least 0 but was -1",
        assertThrows(IllegalArgumentException.class, () -> new LearningRateSchedule(1e-3, -1)));
  }
}
