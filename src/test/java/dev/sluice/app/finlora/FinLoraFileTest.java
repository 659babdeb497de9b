package dev.sluice.app.finlora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.config.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinLoraFileTest {

  private static final String TWO =
      """
      {"_note": "two runs",
       "tags_r8": {"lora_r": 8},
       "tags_r4": {"lora_r": 4}}
      """;

  private final Path directory;

  FinLoraFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void takesTheConfigurationWithTheName() {
    Path file = write("runs.json", TWO);
    assertEquals("4", FinLora.read(file, Optional.of("tags_r4")).settings().get("lora.rank"));
  }

  @Test
  void namesTheConfigurationsWhenNoneIsChosenOrAnUnknownOne() {
    Path file = write("runs.json", TWO);
    assertEquals(
        List.of(
            "runs.json has several configurations; choose one with --finlora-name:"
                + " tags_r8, tags_r4"),
        problems(file, Optional.empty()));
    assertEquals(
        List.of("runs.json has no configuration 'tags_r16'; it has: tags_r8, tags_r4"),
        problems(file, Optional.of("tags_r16")));
  }

  @Test
  void theOnlyConfigurationNeedsNoName() {
    Path file = write("run.json", "{\"tags\": {\"lora_r\": 4}}");
    assertEquals("4", FinLora.read(file, Optional.empty()).settings().get("lora.rank"));
  }

  @Test
  void aFileWithoutNamesHasNoneToChoose() {
    Path file = write("run.yaml", "lora_rank: 4\n");
    assertEquals(
        List.of("run.yaml is one configuration, without a name; leave out --finlora-name"),
        problems(file, Optional.of("tags")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run.json | {\"lora_r\": 8, | run.json is not valid JSON at line 1",
        "run.json | {\"lora_r\": 8} {} | run.json is not valid JSON at line 1",
        "run.json | {\"lora_r\": 8, \"lora_r\": 4} | a key is there twice",
        "run.json | [] | must have the keys of a FinLoRA configuration",
        "run.json | {} | must have the keys of a FinLoRA configuration",
        "run.yaml | lora_r: [8 | run.yaml is not valid YAML at line 1",
        "run.yaml | just words | must have the keys of a FinLoRA configuration",
        "run.yaml | rank: 8 | run.yaml has no key of FinLoRA's that Sluice knows",
        "run.yaml | lora_r: eight | lora_r must be a whole number but was 'eight' (in run.yaml)",
        "run.yaml | lora_r: 8.5 | lora_r must be a whole number but was '8.5'",
        "run.yaml | lora_alpha: high | lora_alpha must be a number but was 'high'",
        "run.yaml | quant_bits: 16 | quant_bits must be 8 or 4",
        "run.yaml | use_rsLoRA: maybe | use_rsLoRA must be true or false but was 'maybe'",
        "run.yaml | batch_size: auto | batch_size must be a whole number but was 'auto'",
        "run.yaml | batch_size: 0 | batch_size must be at least 1 but was '0'",
        "run.yaml | lora_target_modules: {} | lora_target_modules must be a list of names",
        "run.yaml | base_model: '' | base_model must be a text",
        "run.yaml | {lora_r: 8, lora_rank: 4} | lora_rank says lora.rank=4, but another key says 8",
        "run.yaml | {load_in_8bit: true, load_in_4bit: true} | are both true",
        "run.yaml | {batch_size: 1, micro_batch_size: 1} | mean the same",
      })
  void saysWhatIsWrong(String name, String text, String problem) {
    List<String> problems = problems(write(name, text), Optional.empty());
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).contains(problem), problems.toString());
  }

  @Test
  void tellsAllProblemsTogether() {
    Path file = write("run.yaml", "lora_r: x\nquant_bits: 3\nuse_rsLoRA: y\n");
    assertEquals(3, problems(file, Optional.empty()).size());
  }

  @Test
  void aFileThatIsNotThereOrNotTextIsNamed() throws IOException {
    Path missing = directory.resolve("none.json");
    assertTrue(problems(missing, Optional.empty()).get(0).endsWith("none.json' does not exist"));
    Path binary = Files.write(directory.resolve("bytes.yaml"), new byte[] {(byte) 0xff, 0});
    assertTrue(problems(binary, Optional.empty()).get(0).endsWith("is not UTF-8 text"));
  }

  @Test
  void aBrokenFileIsNotQuoted() {
    Path file = write("run.json", "{\"lora_r\": secret}");
    assertFalse(problems(file, Optional.empty()).toString().contains("secret"));
  }

  private Path write(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> problems(Path file, Optional<String> name) {
    return assertThrows(InvalidConfigurationException.class, () -> FinLora.read(file, name))
        .problems();
  }
}
