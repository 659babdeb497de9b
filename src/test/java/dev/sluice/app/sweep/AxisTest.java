package dev.sluice.app.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {

  @Test
  void linearTicksAreRound() {
    assertEquals("0.2 0.4 0.6 0.8 1 1.2", text(Axis.linear(0.13, 1.2)));
    assertEquals("1 2 3 4 5", text(Axis.linear(0.7, 5.6)));
  }

  @Test
  void logarithmicTicksAreOneTwoAndFive() {
    assertEquals("0.05 0.1 0.2 0.5 1 2", text(Axis.log(0.04, 3)));
    assertEquals(0.5, Axis.log(0.01, 100).share(1), 1e-12);
  }

  @Test
  void stepsAreWhole() {
    assertEquals("1", text(Axis.steps(1)));
    assertEquals("1 2 3", text(Axis.steps(3)));
    assertEquals("1 5 10 15 20", text(Axis.steps(24)));
    assertEquals("1 20 40 60 80 100", text(Axis.steps(100)));
  }

  private static String text(Axis axis) {
    List<String> ticks = axis.ticks().stream().map(Axis::text).toList();
    return String.join(" ", ticks);
  }
}
