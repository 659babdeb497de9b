package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AdapterTrimCommandTest {

  @Test
  void oneAdapterOrAllMustBeNamed() {
    assertUsage("--adapter", "adapter", "trim");
    assertUsage("mutually exclusive", "adapter", "trim", "--all", "--adapter", "a");
  }

  @Test
  void theTimeBetweenRoundsIsADuration() {
    assertUsage("'soon' is not a duration such as", "adapter", "trim", "--all", "--every", "soon");
    assertUsage("must be longer than 0", "adapter", "trim", "--all", "--every", "0s");
  }

  @Test
  void whatIsReleasedIsOneVersion() {
    assertUsage(
        "mutually exclusive",
        "adapter",
        "pull",
        "--released",
        "--adapter-version",
        "3",
        "--out",
        "unused");
    assertUsage("--adapter-version", "adapter", "release", "--adapter", "a");
  }

  private static void assertUsage(String says, String... args) {
    CommandRun run = CommandRun.of(args);
    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().contains(says), run.err());
  }
}
