package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that knows a few answers by heart, asked as a user would. */
class AdapterTryCommandTest {

  private static final String FALLS = "Sentiment: Acme falls\nAnswer: ";
  private static final String RISES = "Sentiment: Acme rises\nAnswer: ";

  @TempDir static Path directory;
  private static Path adapter;

  @BeforeAll
  static void learnByHeart() throws IOException {
    adapter = directory.resolve("adapter");
    Path rows =
        Files.writeString(
            directory.resolve("rows.jsonl"),
            """
            {"context":"Sentiment: Acme falls\\nAnswer: ","target":"negative"}
            {"context":"Sentiment: Acme rises\\nAnswer: ","target":"positive, no doubt"}
            """);
    CommandRun run =
        CommandRun.of(
            "train",
            "--file",
            rows.toString(),
            "--out",
            adapter.toString(),
            "--epochs",
            "120",
            "--set",
            "optimizer.learning.rate=0.002",
            "--set",
            "lora.rank=8");
    assertEquals(0, run.exitCode(), run.err());
  }

  @Test
  void answersWhatItHasLearntAndStopsAtEndOfText() {
    assertEquals("negative\n", ask("--prompt", FALLS).out());
    assertEquals("positive, no doubt\n", ask("--prompt", RISES).out());
  }

  @Test
  void anAnswerIsCutAtMaxTokens() throws IOException {
    JsonNode whole = json(ask("--prompt", RISES, "--json"));
    JsonNode cut = json(ask("--prompt", RISES, "--json", "--max-tokens", "1"));

    assertEquals("end-of-text", whole.get("end").asText());
    assertEquals("max-tokens", cut.get("end").asText());
    assertEquals(1, cut.get("tokens").asInt());
    assertTrue(whole.get("answer").asText().startsWith(cut.get("answer").asText()), cut.toString());
  }

  @Test
  void comparesWithTheBaseModelAndComesBackToTheAdapter() throws IOException {
    CommandRun run = askLines(escaped(FALLS) + "\n" + escaped(RISES) + "\n", "--compare");

    List<String> lines = run.out().lines().toList();
    assertTrue(lines.get(0).startsWith("base:    "), run.out());
    assertTrue(lines.contains("adapter: negative"), run.out());
    assertEquals("adapter: positive, no doubt", lines.get(lines.size() - 1), run.out());
    CommandRun base = CommandRun.of("adapter", "try", "--base", "--prompt", FALLS);
    assertEquals(0, base.exitCode(), base.err());
    assertNotEquals("negative\n", base.out());
    JsonNode both = json(ask("--prompt", FALLS, "--compare", "--json"));
    assertEquals(base.out(), both.at("/base/answer").asText() + "\n");
  }

  @Test
  void eachLineOfStdinIsAPromptAndABadOneIsNamed() {
    CommandRun run =
        askLines(escaped(RISES) + "\n\n" + "long ".repeat(600) + "\n" + escaped(FALLS));

    assertEquals(1, run.exitCode());
    assertEquals("positive, no doubt\nnegative\n", run.out());
    assertTrue(run.err().startsWith("line 3: has "), run.err());
    assertTrue(run.err().contains("no room for an answer among the 512"), run.err());
  }

  @Test
  void aChatNeedsATemplate() {
    CommandRun run = ask("--prompt", FALLS, "--chat");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("no chat template"), run.err());
  }

  @Test
  void baseAndAnAdapterExcludeEachOther() {
    CommandRun run = ask("--prompt", FALLS, "--base");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--base asks no adapter"), run.err());

    CommandRun both = ask("--adapter", "sentiment");
    assertEquals(2, both.exitCode());
    assertTrue(both.err().contains("mutually exclusive"), both.err());
  }

  @Test
  void aDirectoryWithoutAnAdapterIsNamed() {
    CommandRun run = CommandRun.of("adapter", "try", "--dir", directory.toString());
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("has no adapter_config.json"), run.err());
  }

  /** As a line of stdin has it. */
  private static String escaped(String prompt) {
    return prompt.replace("\n", "\\n");
  }

  private static CommandRun ask(String... more) {
    List<String> args = new ArrayList<>(List.of("adapter", "try", "--dir", adapter.toString()));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static CommandRun askLines(String lines, String... more) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(lines.getBytes(UTF_8)));
    try {
      return ask(more);
    } finally {
      System.setIn(before);
    }
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertEquals(0, run.exitCode(), run.err());
    return new JsonMapper().readTree(run.out());
  }
}
