package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchStepCommandTest {

  @TempDir Path directory;

  @Test
  void timesTheStepsOfAFileAndSaysWhatItTimed() throws IOException {
    CommandRun run = bench("--rank", "4", "--precision", "bf16", "--recompute", "--json");

    assertEquals(0, run.exitCode(), run.err());
    JsonNode json = new JsonMapper().readTree(run.out());
    assertEquals("builtin:sluice-tiny", json.get("model").asText());
    assertEquals(4, json.get("rank").asInt());
    assertEquals("bf16", json.get("precision").asText());
    assertTrue(json.get("recompute").asBoolean());
    assertEquals(1, json.get("steps").asInt());
    assertEquals(3, json.get("losses").size());
    assertTrue(json.get("flopsAStep").asDouble() > 1e8, run.out());
    assertTrue(json.get("gemmFraction").asDouble() > 0, run.out());
  }

  @Test
  void aPrecisionThatDoesNotExistIsWrongConfiguration() throws IOException {
    CommandRun run = bench("--precision", "fp8");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("compute.precision"), run.err());
  }

  @Test
  void aRunThatOnlyWarmsUpIsRefused() throws IOException {
    CommandRun run = bench("--steps", "2");

    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--steps must be above 2"), run.err());
  }

  @Test
  void aFileThatCannotBeReadIsNamedBeforeTheModelIsLoaded() {
    CommandRun directory = CommandRun.of("bench", "step", "--file", ".", "--model", "nowhere");
    assertTrue(directory.err().contains("--file is ., which is a directory"), directory.err());
    CommandRun missing = CommandRun.of("bench", "step", "--file", "no.jsonl", "--model", "nowhere");
    assertTrue(missing.err().contains("no.jsonl, which does not exist"), missing.err());
  }

  @Test
  void optionsStandForKeysOfTheConfiguration() {
    StepOptions options = new StepOptions();
    assertEquals(Map.of(), options.overrides());

    new CommandLine(CommandLine.Model.CommandSpec.create().addMixin("step", mixin(options)))
        .parseArgs("--rank", "64", "--precision", "bf16", "--recompute", "--quantization", "nf4");

    assertEquals(
        Map.of(
            "lora.rank", "64",
            "compute.precision", "bf16",
            "compute.recompute", "true",
            "compute.quantization", "nf4"),
        options.overrides());
  }

  private static CommandLine.Model.CommandSpec mixin(StepOptions options) {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(options);
  }

  private CommandRun bench(String... more) throws IOException {
    Path rows = directory.resolve("rows.jsonl");
    Files.writeString(
        rows,
        "{\"context\":\"Sentiment: Acme falls\\nAnswer: \",\"target\":\"negative\"}\n".repeat(6));
    List<String> args = new ArrayList<>(List.of("bench", "step", "--file", rows.toString()));
    args.addAll(List.of("--batch", "2", "--steps", "3"));
    if (List.of(more).contains("--steps")) {
      args.subList(args.size() - 2, args.size()).clear();
    }
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }
}
