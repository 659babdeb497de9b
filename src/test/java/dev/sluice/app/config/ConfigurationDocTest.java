package dev.sluice.app.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationDocTest {

  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @Test
  void thePageInTheRepositoryIsUpToDate() throws IOException {
    assertEquals(
        ConfigurationDoc.markdown(),
        Files.readString(Path.of("docs/configuration.md"), UTF_8),
        "docs/configuration.md is out of date; regenerate it:"
            + " ./sluice config --docs > docs/configuration.md");
  }

  @Test
  void namesEveryKeyOnceInATable() {
    String page = ConfigurationDoc.markdown();
    assertAll(
        Declarations.keys().stream()
            .map(key -> () -> assertEquals(2, page.split("\n\\| `" + key.name + "` \\|").length)));
  }

  @Test
  void everyRowHasAsManyCellsAsTheHeading() {
    assertTrue(
        ConfigurationDoc.markdown()
            .lines()
            .filter(line -> line.startsWith("|"))
            .allMatch(line -> line.chars().filter(c -> c == '|').count() == 7));
  }

  @Test
  void theExamplesCanBeLoaded(@TempDir Path directory) throws IOException {
    List<String> examples =
        YAML.matcher(ConfigurationDoc.markdown())
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertEquals(2, examples.size());
    Path file = directory.resolve("sluice.yaml");

    Files.writeString(file, examples.get(0));
    assertEquals(64, SluiceConfig.load(Optional.of(file), Map.of()).lora().rank());

    Files.writeString(file, examples.get(1));
    Map<String, Object> client = SluiceConfig.load(Optional.of(file), Map.of()).kafkaClient();
    assertEquals("SASL_SSL", client.get("security.protocol"));
  }
}
