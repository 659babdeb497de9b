package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {

  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path directory;

  @Test
  void theBuiltInModelOpens() throws IOException {
    ModelDirectory model = ModelDirectory.open("builtin:sluice-tiny");
    assertEquals("sluice-tiny", model.name());
    assertEquals(4096, model.config().vocabulary());
    assertTrue(model.sha256().matches("[0-9a-f]{64}"), model.sha256());
  }

  @Test
  void anUnknownBuiltInModelIsRefusedWithTheKnownOne() {
    Throwable failure = refused("builtin:other");
    assertSays("model.dir is 'builtin:other'", failure);
    assertSays("builtin:sluice-tiny", failure);
  }

  @Test
  void aMissingDirectoryIsNamedWithItsSetting() {
    Throwable failure = refused(directory.resolve("none").toString());
    assertSays(directory.resolve("none") + " does not exist", failure);
    assertSays("set model.dir or --model", failure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "model.safetensors"})
  void aMissingFileIsNamed(String file) throws IOException {
    RandomModel.tied(1).write(directory);
    Files.delete(directory.resolve(file));
    assertSays(directory + " has no " + file, refused(directory.toString()));
  }

  @Test
  void aModelIsCalledAsItsDirectory() throws IOException {
    Path named = Files.createDirectory(directory.resolve("my-model"));
    RandomModel.tied(1).write(named);
    assertEquals("my-model", ModelDirectory.open(named + "/.").name());
  }

  @Test
  void damagedWeightsAreRefusedUponOpening() throws IOException {
    RandomModel.tied(1).write(directory);
    Files.writeString(directory.resolve("model.safetensors"), "no weights here");
    assertSays("the header claims", refused(directory.toString()));
  }

  @Test
  void shardsAreFoundThroughTheIndex() throws IOException {
    RandomModel random = RandomModel.untied(2);
    ModelDirectory model = random.writeShards(directory);
    for (String name : random.weights().keySet()) {
      assertEquals(name, model.weight(name).tensor());
    }
    assertNotEquals(
        model.weight("model.norm.weight").file(),
        model.weight("model.layers.1.self_attn.q_proj.weight").file());
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    RandomModel.untied(2).writeShards(directory);
    Files.delete(directory.resolve("model-00002-of-00002.safetensors"));
    assertSays("has no model-00002-of-00002.safetensors", refused(directory.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret.safetensors", "/etc/passwd", "..\\\\secret", "a/b.safetensors"})
  void anIndexMayNotNameAFileOutside(String shard) throws IOException {
    RandomModel.tied(1).write(directory);
    Files.writeString(directory.resolve(INDEX), "{\"weight_map\":{\"w\":\"%s\"}}".formatted(shard));
    assertSays("names a file outside", refused(directory.toString()));
  }

  @Test
  void anIndexThatIsNotJsonIsRefused() throws IOException {
    RandomModel.tied(1).write(directory);
    Files.writeString(directory.resolve(INDEX), "{");
    assertSays("cannot be read", refused(directory.toString()));
  }

  @Test
  void aWeightOfAnotherShapeThanTheConfigurationSaysIsNamed() throws IOException {
    RandomModel random = RandomModel.tied(3);
    random.write(directory);
    writeConfig(random, "intermediate_size", 25);
    Throwable failure = assertThrows(UnsupportedModelException.class, this::load);
    assertSays("weight 'model.layers.0.mlp.gate_proj.weight'", failure);
    assertSays("has shape [24, 16] but config.json says [25, 16]", failure);
  }

  @Test
  void aWeightThatIsMissingIsNamed() throws IOException {
    RandomModel random = RandomModel.tied(3);
    random.write(directory);
    writeConfig(random, "num_hidden_layers", 3);
    assertSays(
        "has no weight 'model.layers.2.input_layernorm.weight'",
        assertThrows(UnsupportedModelException.class, this::load));
  }

  @Test
  void theHashIsThatOfTheContentWhereverItLies() throws IOException {
    String hash = RandomModel.tied(4).write(directory).sha256();
    Path copy = Files.createDirectory(directory.resolve("copy"));
    assertEquals(hash, RandomModel.tied(4).write(copy).sha256());
    assertNotEquals(hash, RandomModel.tied(5).write(copy).sha256());

    RandomModel.tied(4).write(copy);
    Files.writeString(copy.resolve("README.md"), "anything");
    assertEquals(hash, ModelDirectory.open(copy.toString()).sha256());
    Files.writeString(copy.resolve("chat_template.jinja"), "{{ messages }}");
    assertNotEquals(hash, ModelDirectory.open(copy.toString()).sha256());
  }

  private void writeConfig(RandomModel random, String key, int value) throws IOException {
    Files.writeString(
        directory.resolve("config.json"), random.configJson().put(key, value).toString());
  }

  private void load() {
    ModelDirectory model = ModelDirectory.open(directory.toString());
    LoraConfig lora = new LoraConfig(2, 4, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));
    var adapter =
        AdapterInitializer.initialize(lora, model.config().layers(), model.config()::shape, 1);
    RsLoraModel.load(model, adapter, new RsLoraModel.Options(0, 1, 64, 1)).close();
  }

  private static Throwable refused(String modelDir) {
    return assertThrows(UnsupportedModelException.class, () -> ModelDirectory.open(modelDir));
  }
}
