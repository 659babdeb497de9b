package dev.sluice.app.config;

import java.math.BigDecimal;
import java.util.OptionalInt;

/** A number in a range, or one special value that means something else. */
final class NumberBounds extends Bounds {

  private final double min;
  private final boolean minIsExcluded;
  private final double max;
  private final OptionalInt special;

  private NumberBounds(double min, boolean minIsExcluded, double max, OptionalInt special) {
    this.min = min;
    this.minIsExcluded = minIsExcluded;
    this.max = max;
    this.special = special;
  }

  static NumberBounds between(double min, double max) {
    return new NumberBounds(min, false, max, OptionalInt.empty());
  }

  /** A whole number of at least {@code min}, up to what an int holds. */
  static NumberBounds atLeast(int min) {
    return between(min, Integer.MAX_VALUE);
  }

  static NumberBounds above(double min) {
    return new NumberBounds(min, true, Double.MAX_VALUE, OptionalInt.empty());
  }

  static NumberBounds anyLong() {
    return between(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  NumberBounds atMost(double newMax) {
    return new NumberBounds(min, minIsExcluded, newMax, special);
  }

  NumberBounds or(int newSpecial) {
    return new NumberBounds(min, minIsExcluded, max, OptionalInt.of(newSpecial));
  }

  @Override
  public void ensureValid(String key, Object value) {
    ensureValid(key, ((Number) value).doubleValue(), canonical(value));
  }

  /**
   * @param text the number for the message
   */
  void ensureValid(String key, double value, String text) {
    if (special.isPresent() && value == special.getAsInt()) {
      return;
    }
    if (!Double.isFinite(value)) {
      throw violation(key, "a finite number", text);
    }
    if (minIsExcluded ? value <= min : value < min) {
      throw violation(key, orSpecial(lower()), text);
    }
    if (value > max) {
      throw violation(key, orSpecial("at most " + decimal(max)), text);
    }
  }

  @Override
  String canonical(Object value) {
    return value instanceof Double d && Double.isFinite(d) ? decimal(d) : value.toString();
  }

  @Override
  public String toString() {
    if (min == Long.MIN_VALUE) {
      return "any";
    }
    boolean unlimited = max >= Integer.MAX_VALUE;
    String range = lower() + (unlimited ? "" : ", at most " + decimal(max));
    return orSpecial(minIsExcluded || unlimited ? range : decimal(min) + " to " + decimal(max));
  }

  private String lower() {
    return (minIsExcluded ? "above " : "at least ") + decimal(min);
  }

  private String orSpecial(String range) {
    return special.isPresent() ? special.getAsInt() + " or " + range : range;
  }

  private static String decimal(double value) {
    return value == 0 ? "0" : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
