package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {

  private final Path file;

  YamlFileTest(@TempDir Path directory) {
    file = directory.resolve("sluice.yaml");
  }

  @Test
  void nestedAndDottedKeysMeanTheSame() throws IOException {
    SluiceConfig config =
        load(
            """
            lora:
              rank: 64
              target:
                modules: [v_proj, q_proj]
            lora.alpha: 32
            batch: {linger: 500ms, max.examples: 8}
            """);
    assertEquals("64", config.canonical().get("lora.rank"));
    assertEquals("q_proj,v_proj", config.canonical().get("lora.target.modules"));
    assertEquals("32", config.canonical().get("lora.alpha"));
    assertEquals("500ms", config.canonical().get("batch.linger"));
    assertEquals("8", config.canonical().get("batch.max.examples"));
  }

  @Test
  void theFileOverridesDefaultsAndTheCommandLineOverridesTheFile() throws IOException {
    Files.writeString(file, "lora: {rank: 64, alpha: 32}\n");
    SluiceConfig config = SluiceConfig.load(Optional.of(file), Map.of("lora.rank", "128"));
    assertEquals(128, config.lora().rank());
    assertEquals(32, config.lora().alpha());
    assertEquals(42, config.seed());
  }

  @Test
  void anOverrideMendsAValueOfTheFile() throws IOException {
    Files.writeString(file, "lora.rank: 0\n");
    assertEquals(8, SluiceConfig.load(Optional.of(file), Map.of("lora.rank", "8")).lora().rank());
  }

  @Test
  void valuesAreTakenAsTheyAreWritten() throws IOException {
    SluiceConfig config =
        load(
            """
            topics.prefix: 1.10
            adapter.name: true
            kafka.properties:
              client.id: 007
              enable.auto.commit: False
            """);
    assertEquals("1.10.train", config.topics().train());
    assertEquals("true", config.adapterName());
    assertEquals("007", config.kafkaClient().get("client.id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "lora:\n  # rank: 8\nkafka.properties:\n", "{}"})
  void aFileOrGroupWithoutKeysLeavesTheDefaults(String yaml) throws IOException {
    assertEquals(Configurations.with(Map.of()).canonical(), load(yaml).canonical());
  }

  @Test
  void aKeyThatIsSetTwiceIsRefused() throws IOException {
    assertEquals(
        List.of(
            "configuration key 'lora.rank' is set twice (in sluice.yaml, the second time in line"
                + " 3)"),
        problemsOf("lora:\n  rank: 8\n  rank: 16\n"));
    assertEquals(
        List.of(
            "configuration key 'lora.rank' is set twice (in sluice.yaml, the second time in line"
                + " 3)"),
        problemsOf("lora:\n  rank: 8\nlora.rank: 8\n"));
    assertEquals(
        List.of(
            "configuration key 'lora' is set twice (in sluice.yaml, the second time in line 3)"),
        problemsOf("lora:\n  rank: 8\nlora:\n  alpha: 8\n"));
  }

  @Test
  void allProblemsAreReportedTogether() throws IOException {
    assertEquals(
        List.of(
            "configuration key 'seed' is set twice (in sluice.yaml, the second time in line 5)",
            "configuration key 'topics.prefix' has no value (in sluice.yaml): give it one, or \"\""
                + " for an empty text",
            "unknown configuration key 'lora.rnk' (in sluice.yaml): did you mean 'lora.rank'?",
            "lora.alpha must be above 0 but was 0",
            "batch.linger must be a duration such as 500ms, 2s, 5m, 7d but was 'soon'"),
        problemsOf(
            """
            lora:
              rnk: 8
              alpha: 0
            seed: 1
            seed: 2
            batch.linger: soon
            topics.prefix:
            """));
  }

  @Test
  void severalProblemsMakeAListAndOneASentence() {
    assertEquals("a", new InvalidConfigurationException(List.of("a")).getMessage());
    assertEquals(
        "the configuration has 2 problems:%n  a%n  b".formatted(),
        new InvalidConfigurationException(List.of("a", "b")).getMessage());
  }

  @Test
  void whatIsNotAMappingOfPlainValuesIsRefused() throws IOException {
    String mapping = "sluice.yaml must be one mapping of configuration keys to values";
    assertEquals(List.of(mapping), problemsOf("- lora.rank\n"));
    assertEquals(List.of(mapping), problemsOf("seed: 1\n---\nseed: 2\n"));
    assertEquals(
        List.of("kafka.bootstrap.servers must be a list of plain values (in sluice.yaml)"),
        problemsOf("kafka.bootstrap.servers: [{a: 1}, 'b:2']\n"));
    assertTrue(
        problemsOf("seed: &s 1\ncompute.threads: *s\n")
            .contains("compute.threads must be a value, not a YAML alias (in sluice.yaml)"));
  }

  @Test
  void aSyntaxErrorIsLocatedWithoutQuotingTheFile() throws IOException {
    String problem = problemsOf("kafka.properties:\n  sasl.password: hunter2: x\n").get(0);
    assertTrue(problem.startsWith("sluice.yaml is not valid YAML at line 2, column "), problem);
    assertFalse(problem.contains("hunter2"), problem);
    assertFalse(problem.contains("\n"), problem);
  }

  @Test
  void aFileThatCannotBeReadIsNamed() throws IOException {
    assertEquals(List.of("the configuration file '%s' does not exist".formatted(file)), problems());
    Files.write(file, new byte[] {'a', ':', (byte) 0xff});
    assertEquals(
        List.of("the configuration file '%s' is not UTF-8 text".formatted(file)), problems());
    Files.delete(file);
    Files.createDirectory(file);
    String problem = problems().get(0);
    assertTrue(
        problem.startsWith("cannot read the configuration file '%s': ".formatted(file)), problem);
  }

  private SluiceConfig load(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return SluiceConfig.load(Optional.of(file), Map.of());
  }

  private List<String> problemsOf(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return problems();
  }

  private List<String> problems() {
    return assertThrows(
            InvalidConfigurationException.class,
            () -> SluiceConfig.load(Optional.of(file), Map.of()))
        .problems();
  }
}
