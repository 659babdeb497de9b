package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream stderr = System.err;
  private final String terminal = System.getProperty("sluice.terminal", "false");

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(shown, true, UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(stderr);
    System.setProperty("sluice.terminal", terminal);
  }

  @Test
  void aBarShowsOnATerminal() {
    System.setProperty("sluice.terminal", "true");
    try (Progress progress = Progress.ofExamples("Training", 40)) {
      progress.to(40);
    }
    assertTrue(shown.toString(UTF_8).contains("Training 100%"), shown.toString(UTF_8));
  }

  @Test
  void nothingShowsElsewhere() {
    System.setProperty("sluice.terminal", "false");
    try (Progress progress = Progress.ofBytes("Fetching", 40)) {
      progress.to(40);
    }
    assertEquals("", shown.toString(UTF_8));
  }
}
