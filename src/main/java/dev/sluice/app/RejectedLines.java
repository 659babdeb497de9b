package dev.sluice.app;

import java.io.PrintWriter;

/** Names the lines of a file that cannot be used, with the reason and never with their text. */
final class RejectedLines {

  /** More would scroll what matters away. */
  private static final int MAX_NAMED = 20;

  private final PrintWriter err;
  private long count;

  RejectedLines(PrintWriter err) {
    this.err = err;
  }

  void add(long lineNumber, String reason) {
    count++;
    if (count <= MAX_NAMED) {
      err.printf("line %d: %s%n", lineNumber, reason);
    } else if (count == MAX_NAMED + 1) {
      err.println("(further lines like these are counted only)");
    }
  }

  long count() {
    return count;
  }
}
