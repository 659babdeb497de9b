package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.config.ConfigurationDoc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {

  @Test
  void printsYamlThatReadsBackAsTheSameConfiguration(@TempDir Path directory) throws IOException {
    CommandRun first =
        CommandRun.of(
            "config",
            "--set",
            "lora.rank=64",
            "--set",
            "lora.target.modules=q_proj,v_proj",
            "--set",
            "kafka.properties.client.id= a: \"b\" #c ",
            "--set",
            "kafka.properties.long=" + "word ".repeat(60));
    assertEquals(0, first.exitCode(), first.err());
    Path file = Files.writeString(directory.resolve("printed.yaml"), first.out());

    CommandRun second = CommandRun.of("config", "--config", file.toString());

    assertEquals(first.out(), second.out());
    assertTrue(first.out().contains("\nlora.rank: 64\n"), first.out());
  }

  @Test
  void printsJson() throws IOException {
    CommandRun run = CommandRun.of("config", "--json", "--set", "lora.rank=64");
    assertEquals(0, run.exitCode(), run.err());
    JsonNode json = JsonMapper.builder().build().readTree(run.out());
    assertEquals("64", json.get("lora.rank").asText());
  }

  @Test
  void printsTheDocumentation() {
    CommandRun run = CommandRun.of("config", "--docs");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(ConfigurationDoc.markdown(), run.out());
  }

  @Test
  void neverPrintsASecret() {
    String jaas = "kafka.properties.sasl.jaas.config=Module required password=\"hunter2\";";
    for (String format : new String[] {"--json", "--verbose"}) {
      CommandRun run = CommandRun.of("config", format, "--set", jaas);
      assertEquals(0, run.exitCode(), run.err());
      assertTrue(run.out().contains("[hidden]"), run.out());
      assertFalse(run.out().contains("hunter2"), run.out());
    }
  }

  @Test
  void oneWrongSettingIsOneLineAndExitCodeTwo() {
    CommandRun run = CommandRun.of("config", "--set", "lora.rank=0");
    assertEquals(2, run.exitCode());
    assertEquals("sluice: lora.rank must be at least 1 but was 0\n", run.err());
    assertEquals("", run.out());
  }

  @Test
  void anUnknownKeyOfTheFileIsNamedWithTheNearest(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "lora: {rnk: 8}\n");
    CommandRun run = CommandRun.of("config", "--config", file.toString());
    assertEquals(2, run.exitCode());
    assertEquals(
        "sluice: unknown configuration key 'lora.rnk' (in sluice.yaml): did you mean"
            + " 'lora.rank'?\n",
        run.err());
  }

  @Test
  void theLastOfTwoOverridesWins() {
    CommandRun run = CommandRun.of("config", "--set", "seed=1", "--set", "seed=2");
    assertTrue(run.out().contains("\nseed: 2\n"), run.err());
  }

  @Test
  void aMissingFileIsAWrongConfiguration() {
    CommandRun run = CommandRun.of("config", "--config", "absent.yaml");
    assertEquals(2, run.exitCode());
    assertEquals("sluice: the configuration file 'absent.yaml' does not exist\n", run.err());
  }
}
