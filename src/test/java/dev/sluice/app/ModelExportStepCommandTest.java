package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelExportStepCommandTest {

  @TempDir Path directory;

  @Test
  void writesTheStepItsTensorsAndTheScriptAndNeverOverAnything() throws IOException {
    Path out = directory.resolve("step");
    CommandRun run = export(out, "--batch", "2", "--rank", "4");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(out.resolve("check_step.py") + "\n", run.out());
    assertEquals(List.of("check_step.py", "step.pt", "step.safetensors"), names(out));
    assertEquals(List.of("step"), names(directory), "nothing half-written is left");

    CommandRun again = export(out);
    assertEquals(1, again.exitCode());
    assertTrue(again.err().contains("DIR is " + out + ", which exists already"), again.err());
  }

  @Test
  void wrongOptionsAreWrongUsage() {
    CommandRun run = export(directory.resolve("never"), "--batch", "2000000000");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--batch must be from 1 to 4096"), run.err());
  }

  private static CommandRun export(Path out, String... more) {
    return CommandRun.of(
        Stream.concat(Stream.of("model", "export-step", out.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
