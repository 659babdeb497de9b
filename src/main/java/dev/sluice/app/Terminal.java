package dev.sluice.app;

/** Whether a person watches. */
final class Terminal {
  private Terminal() {}

  /** The width to write a line in. */
  static int columns() {
    return Math.max(40, Integer.getInteger("sluice.columns", 100) - 1);
  }

  /**
   * Whether stderr is a terminal, as the launcher found: {@code System.console()} tells of stdin
   * and stdout, and different things from JDK to JDK.
   */
  static boolean isInteractive() {
    return Boolean.getBoolean("sluice.terminal");
  }
}
