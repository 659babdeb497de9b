package dev.sluice.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sluice.train.GradientNorms;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StepFiguresTest {

  @Test
  void areTheSameFromARecordAsFromTheStepItself() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      StepReport report = report(random.nextDouble() * 10, Math.exp(20 * random.nextGaussian()));
      assertEquals(StepFigures.of(5, report), StepFigures.read(record(report)));
    }
  }

  @Test
  void areTheSameWhenTheyAreNotFinite() {
    StepReport report = report(Double.NaN, Double.POSITIVE_INFINITY);
    assertEquals(StepFigures.of(5, report), StepFigures.read(record(report)));
  }

  @Test
  void differByTheLastBitOfAFloat() {
    float loss = 1.25f;
    assertNotEquals(
        StepFigures.of(5, report(loss, 1)), StepFigures.of(5, report(Math.nextUp(loss), 1)));
  }

  private static byte[] record(StepReport report) {
    return StepRecord.write("a", 0, 5, Instant.EPOCH, new Applied(report), new TreeMap<>());
  }

  private static StepReport report(double loss, double norm) {
    return new StepReport(
        3, loss, 1, 2, 1, 0, 0, 1e-3, new GradientNorms(norm, List.of()), List.of(), Duration.ZERO);
  }
}
