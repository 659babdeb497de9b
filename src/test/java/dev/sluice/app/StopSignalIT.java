package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** SIGTERM to a JVM of its own, since nothing else runs a shutdown hook. */
class StopSignalIT {

  @Test
  void sigtermSetsTheFlagAndWaitsUntilTheCommandHasLeft() throws Exception {
    Process process = start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("running", out.readLine());
      process.toHandle().destroy(); // SIGTERM; Process.destroy would close the stream too
      assertEquals("left in good order", out.lines().collect(Collectors.joining("\n")));
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(128 + 15, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start() throws IOException {
    String testClasses =
        Path.of(System.getProperty("sluice.classes")).resolveSibling("test-classes").toString();
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("sluice.classes") + java.io.File.pathSeparator + testClasses,
            StopSignalIT.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The child: a command that takes a while to leave. */
  @SuppressWarnings("BusyWait") // what a training loop does between two steps
  public static void main(String[] args) throws InterruptedException {
    try (StopSignal signal = StopSignal.install()) {
      System.out.println("running");
      while (!signal.isSet()) {
        Thread.sleep(5);
      }
      Thread.sleep(200); // a step to finish: without the latch the JVM would be gone by now
      System.out.println("left in good order");
    }
  }
}
