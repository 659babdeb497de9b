package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {

  @Test
  void linesGoToStderrWithTheirKeysAndValues() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, UTF_8));
    try {
      LoggerFactory.getLogger("dev.sluice.app.Example")
          .atInfo()
          .addKeyValue("step", 3)
          .log("Checkpoint published");
    } finally {
      System.setErr(stderr);
    }
    String line = written.toString(UTF_8);
    assertTrue(line.endsWith("Example Checkpoint published step=\"3\"\n"), line);
    assertEquals(1, line.lines().count(), line);
  }

  @Test
  void kafkaIsHeardOnlyWhenItWarns() {
    assertFalse(LoggerFactory.getLogger("org.apache.kafka.clients.Any").isInfoEnabled());
    assertTrue(LoggerFactory.getLogger("org.apache.kafka.clients.Any").isWarnEnabled());
  }
}
