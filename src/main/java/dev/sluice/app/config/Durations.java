package dev.sluice.app.config;

import java.time.Duration;

/** Durations as the configuration writes them, for options of the command line. */
public final class Durations {

  private Durations() {}

  /**
   * @param text a whole number and its unit, for example {@code 30m}
   * @throws IllegalArgumentException with the text if it is none
   */
  public static Duration parse(String text) {
    return DurationBounds.parse(text);
  }
}
