package dev.sluice.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Checks on what failures tell a person. */
public final class Failures {
  private Failures() {}

  /** The failure's message contains this. */
  public static void assertSays(String part, Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains(part), () -> "'%s' is not in: %s".formatted(part, message));
  }
}
