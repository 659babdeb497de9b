package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final RandomModel RANDOM = RandomModel.untied(1);

  @TempDir Path directory;

  @Test
  void readsTheOlderGenerationWithThetaAtTheTop() throws IOException {
    assertEquals(RANDOM.config(), read(RANDOM.configJson()));
    assertEquals(RANDOM.config(), read(RANDOM.configJson().putNull("rope_scaling")));
  }

  @Test
  void readsTheNewerGenerationWithRopeParameters() throws IOException {
    ObjectNode config = RANDOM.configJson();
    config.remove("rope_theta");
    config.putObject("rope_parameters").put("rope_type", "default").put("rope_theta", 500_000);
    assertEquals(RANDOM.config(), read(config));
  }

  @Test
  void leavesOutWhatHasADefault() throws IOException {
    ObjectNode config = RANDOM.configJson();
    config.remove("num_key_value_heads");
    config.putNull("head_dim");
    config.remove("rms_norm_eps");
    config.remove("rope_theta");
    config.remove("tie_word_embeddings");
    assertEquals(new ModelConfig(2, 12, 20, 3, 3, 4, 40, 64, 1e-6, 10_000, false), read(config));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "dynamic", "yarn", "llama3"})
  void aRotaryEmbeddingOfAnotherKindIsNamedInEitherGeneration(String type) {
    ObjectNode older = RANDOM.configJson();
    older.putObject("rope_scaling").put("rope_type", type).put("factor", 8);
    ObjectNode oldest = RANDOM.configJson();
    oldest.putObject("rope_scaling").put("type", type).put("factor", 8);
    ObjectNode newer = RANDOM.configJson();
    newer.putObject("rope_parameters").put("rope_type", type).put("rope_theta", 500_000);
    for (ObjectNode config : new ObjectNode[] {older, oldest, newer}) {
      assertSays("rope_type is '" + type + "'; supported is 'default'", refused(config));
    }
  }

  @ParameterizedTest
  @CsvSource({"model_type, gpt2, llama", "model_type, qwen2, llama", "hidden_act, gelu, silu"})
  void anotherKindOfModelIsNamedWithItsKey(String key, String value, String supported) {
    assertSays(
        "config.json: %s is '%s'; supported is '%s'".formatted(key, value, supported),
        refused(RANDOM.configJson().put(key, value)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"attention_bias", "mlp_bias"})
  void biasesAreRefused(String key) {
    assertSays(key + " is true; supported is false", refused(RANDOM.configJson().put(key, true)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "num_hidden_layers",
        "hidden_size",
        "intermediate_size",
        "num_attention_heads",
        "num_key_value_heads",
        "head_dim",
        "vocab_size",
        "max_position_embeddings"
      })
  void aSizeThatIsNoneIsNamed(String key) {
    for (int value : new int[] {0, -1}) {
      assertSays(
          key + " must be a positive number but was " + value,
          refused(RANDOM.configJson().put(key, value)));
    }
    assertSays(
        key + " must be a positive number but was \"many\"",
        refused(RANDOM.configJson().put(key, "many")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "{}"})
  void whatIsNoConfigurationIsNoLlama(String json) {
    assertSays("model_type", refused(json));
  }

  @Test
  void whatIsNotJsonIsRefused() {
    assertSays("config.json is not JSON", refused("{"));
  }

  @Test
  void shapesOfTheProjectionsFollowFromHeadsAndSizes() {
    ModelConfig config = new ModelConfig(1, 16, 24, 4, 2, 8, 40, 64, 1e-5, 1e4, true);
    assertEquals(new LinearShape(16, 32), config.shape(TargetModule.Q_PROJ));
    assertEquals(new LinearShape(16, 16), config.shape(TargetModule.K_PROJ));
    assertEquals(new LinearShape(16, 16), config.shape(TargetModule.V_PROJ));
    assertEquals(new LinearShape(32, 16), config.shape(TargetModule.O_PROJ));
    assertEquals(new LinearShape(16, 24), config.shape(TargetModule.GATE_PROJ));
    assertEquals(new LinearShape(16, 24), config.shape(TargetModule.UP_PROJ));
    assertEquals(new LinearShape(24, 16), config.shape(TargetModule.DOWN_PROJ));
  }

  private ModelConfig read(ObjectNode config) throws IOException {
    return read(JSON.writeValueAsString(config));
  }

  private ModelConfig read(String json) throws IOException {
    return ModelConfig.read(Files.writeString(directory.resolve("config.json"), json));
  }

  private Throwable refused(ObjectNode config) {
    return refused(config.toString());
  }

  private Throwable refused(String json) {
    return assertThrows(UnsupportedModelException.class, () -> read(json));
  }
}
