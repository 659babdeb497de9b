package dev.sluice.app;

/** Whether a person watches. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether stderr is a terminal, as the launcher found: {@code System.console()} tells of stdin
   * and stdout, and different things from JDK to JDK.
   */
  public static boolean isInteractive() {
    return Boolean.getBoolean("sluice.terminal");
  }
}
