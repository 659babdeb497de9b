package dev.sluice.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a file as bytes, so that a line that is not UTF-8 can be named. Blank ones are skipped.
 */
final class JsonLines {

  private final InputStream in;
  private long lineNumber;
  private long bytesRead;

  /**
   * @param in buffered; not closed here
   */
  JsonLines(InputStream in) {
    this.in = in;
  }

  /** The next line that is not blank, or null at the end. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      bytesRead++;
      if (b != '\n') {
        line.write(b);
        continue;
      }
      lineNumber++;
      if (!isBlank(line)) {
        return line.toByteArray();
      }
      line.reset();
    }
    lineNumber++;
    return isBlank(line) ? null : line.toByteArray();
  }

  /** Of the line that {@link #next} returned last, from 1. */
  long lineNumber() {
    return lineNumber;
  }

  long bytesRead() {
    return bytesRead;
  }

  private static boolean isBlank(ByteArrayOutputStream line) {
    for (byte b : line.toByteArray()) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
