package dev.sluice.app.hub;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFilesTest {

  private static final RepoId REPO = RepoId.parse("acme/tiny");

  @Test
  void otherFormatsAndFoldersAreLeftOut() {
    assertEquals(
        List.of(
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json"),
        choose(
            "tokenizer_config.json",
            "special_tokens_map.json",
            "generation_config.json",
            "chat_template.jinja",
            "model.safetensors.index.json",
            "model-00002-of-00002.safetensors",
            "model-00001-of-00002.safetensors",
            "pytorch_model.bin",
            "tiny-q4.gguf",
            "consolidated.00.pth",
            "onnx/model.onnx",
            "onnx/model.safetensors",
            "original/params.json",
            ".gitattributes",
            "README.md"));
  }

  @Test
  void theSameWeightsInMistralsFormatAreLeftOut() {
    assertEquals(
        List.of("config.json", "model.safetensors", "tokenizer.json"),
        choose("consolidated.safetensors", "model.safetensors"));
    assertEquals(
        List.of("config.json", "consolidated.safetensors", "tokenizer.json"),
        choose("consolidated.safetensors"));
  }

  @Test
  void whatTrainingNeedsIsNamedWhenItIsNotThere() {
    assertRefused("acme/tiny has no *.safetensors", "config.json", "tokenizer.json", "model.bin");
    assertRefused("acme/tiny has no tokenizer.json", "config.json", "model.safetensors");
    assertRefused("acme/tiny has no config.json", "tokenizer.json", "model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.safetensors",
        "a/../../model.safetensors",
        "/model.safetensors",
        "..\\model.safetensors",
        "C:model.safetensors",
        "",
        "a//b",
        "./config.json",
        "a/.."
      })
  void aNameThatLeadsElsewhereIsRefused(String name) {
    assertRefused(
        "leads out of its folder", "config.json", "tokenizer.json", "model.safetensors", name);
  }

  private static List<String> choose(String... names) {
    List<String> all = new ArrayList<>(List.of(names));
    all.addAll(List.of("config.json", "tokenizer.json"));
    return ModelFiles.choose(REPO, all);
  }

  private static void assertRefused(String says, String... names) {
    assertSays(
        says, assertThrows(HubException.class, () -> ModelFiles.choose(REPO, List.of(names))));
  }
}
