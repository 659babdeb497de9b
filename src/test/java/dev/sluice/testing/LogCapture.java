package dev.sluice.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** Catches what is logged. */
public final class LogCapture {
  private LogCapture() {}

  /** The log of {@code work}; not for code that logs from several threads. */
  public static String of(Runnable work) {
    PrintStream stderr = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(stderr);
    }
    return written.toString(UTF_8);
  }
}
