package dev.sluice.app.sweep;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Where values stand along a side of a panel, and which of them are written there.
 *
 * @param min at the beginning
 * @param max at the end, above min
 */
record Axis(double min, double max, boolean logarithmic, List<Double> ticks) {

  Axis {
    ticks = List.copyOf(ticks);
  }

  /** From {@code min} to {@code max}, with some five ticks at round numbers. */
  static Axis linear(double min, double max) {
    double rough = (max - min) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    double step = power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return new Axis(min, max, false, ticks);
  }

  /** From the first step to the last, with ticks at whole numbers. */
  static Axis steps(int count) {
    int every = count <= 10 ? 1 : count <= 30 ? 5 : (count + 49) / 50 * 10;
    List<Double> ticks = new ArrayList<>(List.of(1.0));
    for (int tick = every == 1 ? 2 : every; tick <= count; tick += every) {
      ticks.add((double) tick);
    }
    return new Axis(1, Math.max(2, count), false, ticks);
  }

  /** Logarithmic, with ticks at 1, 2 and 5 times the powers of ten. */
  static Axis log(double min, double max) {
    List<Double> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(min)); Math.pow(10, power) <= max; power++) {
      for (int digit : new int[] {1, 2, 5}) {
        double tick = BigDecimal.valueOf(digit).scaleByPowerOfTen(power).doubleValue();
        if (tick >= min && tick <= max) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(min, max, true, ticks);
  }

  /** Logarithmic, with ticks at these values. */
  static Axis log(double min, double max, List<Double> ticks) {
    return new Axis(min, max, true, ticks);
  }

  /** 0 at the beginning, 1 at the end. */
  double share(double value) {
    return logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  }

  static String text(double tick) {
    // Four digits hide what adding up steps has left behind.
    return new BigDecimal(tick).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
