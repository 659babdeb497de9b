package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.TrainerStateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice train --file} with the built-in model, as a user types it. */
class FileTrainingTest {

  private static final String FINLORA =
      "{\"context\":\"Sentiment: Acme falls\\nAnswer: \",\"target\":\"negative\"}";
  private static final String VERSION_1 =
      """
      {"v":1,"id":"1","adapter":"default","prompt":"Sentiment: Acme rises\\nAnswer: ","completion":"positive"}\
      """;

  @TempDir Path directory;
  private Path out;

  @BeforeEach
  void nameTheOutput() {
    out = directory.resolve("adapter");
  }

  @Test
  void writesTheFilesOfACheckpointAndSumsUp() throws IOException {
    CommandRun run = train(rows(FINLORA, VERSION_1, FINLORA, VERSION_1, FINLORA), "--json");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(Set.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS, TrainerStateFile.NAME), names(out));
    JsonNode json = new JsonMapper().readTree(run.out());
    assertEquals(3, json.get("steps").asInt(), "the last one for the row that is left");
    assertEquals(5, json.get("examples").asInt());
    assertEquals(0, json.get("rejected").asInt());
    assertEquals(1, json.get("meanLossNats").size());
    assertFalse(json.get("stopped").asBoolean());
    assertEquals(Sha256.of(out.resolve(PeftFiles.WEIGHTS)), json.get("weightsSha256").asText());
  }

  @Test
  void everyEpochPassesOverTheFileOnce() throws IOException {
    CommandRun run = train(rows(FINLORA, VERSION_1, FINLORA), "--epochs", "4", "--json");

    assertEquals(0, run.exitCode(), run.err());
    JsonNode json = new JsonMapper().readTree(run.out());
    assertEquals(8, json.get("steps").asInt(), "each pass ends with the row that is left");
    assertEquals(12, json.get("examples").asInt());
    JsonNode losses = json.get("meanLossNats");
    assertEquals(4, losses.size());
    assertTrue(losses.get(3).asDouble() < losses.get(0).asDouble(), run.out());
  }

  @Test
  void rowsThatCannotBeUsedAreNamedByLineOnceAndWithoutTheirText() throws IOException {
    Path file =
        rows(
            FINLORA,
            "{\"context\":\"top secret\"}",
            "",
            "secret, too",
            VERSION_1.replace("\"default\"", "\"other\""),
            "{\"context\":\"" + "secret ".repeat(600) + "\",\"target\":\"long\"}");

    CommandRun run = train(file, "--epochs", "2");

    assertEquals(0, run.exitCode(), run.err());
    List<String> named = run.err().lines().filter(line -> line.startsWith("line ")).toList();
    assertEquals(4, named.size(), run.err());
    assertTrue(named.get(0).startsWith("line 2: "), run.err());
    assertTrue(named.get(1).startsWith("line 4: "), run.err());
    assertEquals("line 5: is for another adapter than 'default' (adapter.name)", named.get(2));
    assertTrue(named.get(3).contains("tokens, more than the 512 that fit"), run.err());
    assertFalse((run.out() + run.err()).contains("secret"), run.err());
    assertTrue(run.out().lines().anyMatch(l -> l.matches("rejected rows +4")), run.out());
  }

  @Test
  void aFileWithoutARowThatCanBeUsedWritesNothing() throws IOException {
    CommandRun run = train(rows("{}"));

    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("has no row that can be trained on"), run.err());
    assertEquals(Set.of("rows.jsonl"), names(directory));
  }

  @Test
  void anExistingDirectoryIsKept() throws IOException {
    Files.createDirectory(out);

    CommandRun run = train(rows(FINLORA));

    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("exists already"), run.err());
    assertEquals(Set.of(), names(out));
  }

  @Test
  void aFileThatIsNotThereIsNamedBeforeAnythingIsLoaded() throws IOException {
    CommandRun run = train(directory.resolve("none.jsonl"), "--model", "/no/model");

    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("none.jsonl, which does not exist"), run.err());
  }

  @Test
  void whatLooksAtKafkaGoesNotWithAFile() throws IOException {
    for (String option : List.of("--dry-run", "--accept")) {
      CommandRun run = train(rows(FINLORA), option);
      assertEquals(2, run.exitCode());
      assertTrue(run.err().contains("so " + option + " has nothing to say"), run.err());
    }
  }

  @Test
  void aFinLoraConfigurationHoldsForAFileToo() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("run.json"),
            """
            {"tags": {"base_model": "org/model", "lora_r": 4, "lora_target_modules": ["v_proj"]}}
            """);

    CommandRun run =
        train(rows(FINLORA), "--finlora", config.toString(), "--model", "builtin:sluice-tiny");

    assertEquals(0, run.exitCode(), run.err());
    var lora = PeftFiles.readConfig(Files.readAllBytes(out.resolve(PeftFiles.CONFIG)));
    assertEquals(4, lora.rank());
    assertEquals("[V_PROJ]", lora.targets().toString());
  }

  private CommandRun train(Path file, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", "--file", file.toString(), "--out", out.toString()));
    args.addAll(List.of("--set", "batch.max.examples=2"));
    if (!List.of(more).contains("--finlora")) {
      args.addAll(List.of("--set", "lora.rank=2"));
    }
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private Path rows(String... rows) throws IOException {
    return Files.write(directory.resolve("rows.jsonl"), List.of(rows));
  }

  private static Set<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
