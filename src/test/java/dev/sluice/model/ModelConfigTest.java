package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    ModelConfig expected = RandomModel.llama(2, 12, 20, 3, 3, 4, 1e-6, 10_000, false);
    assertEquals(expected, read(config));
  }

  @ParameterizedTest
  @CsvSource({
    "partial_rotary_factor, 0.5",
    "quantization_config, '{\"quant_method\":\"gptq\"}'",
    "rope_scaling, '[1]'",
    "rms_norm_eps, '\"x\"'",
    "vocab_size, 5000000000",
  })
  void whatWouldBeComputedWronglyIsRefusedByName(String key, String value) throws IOException {
    ObjectNode config = RANDOM.configJson();
    config.set(key, JSON.readTree(value));
    assertSays(key, assertThrows(UnsupportedModelException.class, () -> read(config)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "dynamic", "yarn"})
  void aRotaryEmbeddingOfAnotherKindIsNamedInEitherGeneration(String type) {
    ObjectNode older = RANDOM.configJson();
    older.putObject("rope_scaling").put("rope_type", type).put("factor", 8);
    ObjectNode oldest = RANDOM.configJson();
    oldest.putObject("rope_scaling").put("type", type).put("factor", 8);
    ObjectNode newer = RANDOM.configJson();
    newer.putObject("rope_parameters").put("rope_type", type).put("rope_theta", 500_000);
    for (ObjectNode config : new ObjectNode[] {older, oldest, newer}) {
      assertSays(
          "rope_type is '" + type + "', which Sluice does not train; it knows default and llama3",
          refused(config));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | gpt2 | llama, mistral, qwen2 and qwen3",
        "hidden_act | gelu | silu",
        "attention_bias | true | false",
        "mlp_bias | true | false"
      })
  void anotherKindOfModelIsNamedWithItsKey(String key, String value, String supported) {
    assertSays(
        "config.json: %s is '%s', which Sluice does not train; it knows %s"
            .formatted(key, value, supported),
        refused(RANDOM.configJson().put(key, value)));
  }

  @Test
  void familiesDifferInTheirFlagsAlone() throws IOException {
    assertTrue(read(RANDOM.configJson().put("model_type", "qwen2")).biased(), "q, k, v biases");
    assertTrue(read(RANDOM.configJson().put("model_type", "qwen3")).qkNorm(), "q and k norms");
    ModelConfig mistral = read(RANDOM.configJson().put("model_type", "mistral"));
    assertFalse(mistral.biased() || mistral.qkNorm(), "as Llama");
  }

  @Test
  void aSlidingWindowEndsTheContextUnlessItIsNotUsed() throws IOException {
    assertEquals(32, read(RANDOM.configJson().put("sliding_window", 32)).maxPositions());
    assertEquals(64, read(RANDOM.configJson().put("sliding_window", 4096)).maxPositions());
    ObjectNode unused = RANDOM.configJson().put("sliding_window", 32);
    assertEquals(64, read(unused.put("use_sliding_window", false)).maxPositions());
    assertEquals(64, read(RANDOM.configJson().putNull("sliding_window")).maxPositions());
  }

  @Test
  void readsTheStretchingOfLlama3InEitherGeneration() throws IOException {
    ObjectNode newer = RANDOM.configJson();
    newer.remove("rope_theta");
    stretch(newer.putObject("rope_parameters").put("rope_theta", 500_000));
    ObjectNode older = RANDOM.configJson();
    stretch(older.putObject("rope_scaling"));

    assertEquals(new RotaryEmbedding.Scaling(8, 1, 4, 32), read(newer).rotary().scaling());
    assertEquals(read(newer), read(older));
    newer.withObject("rope_parameters").remove("factor");
    assertSays("factor must be a positive number", refused(newer));
  }

  private static void stretch(ObjectNode rope) {
    rope.put("rope_type", "llama3").put("factor", 8).put("low_freq_factor", 1);
    rope.put("high_freq_factor", 4).put("original_max_position_embeddings", 32);
  }

  @Test
  void headsMustShareKeysEvenlyAndHaveHalves() {
    assertSays("num_key_value_heads", refused(RANDOM.configJson().put("num_key_value_heads", 2)));
    assertSays("head_dim", refused(RANDOM.configJson().put("head_dim", 5)));
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
    ModelConfig config = RandomModel.llama(1, 16, 24, 4, 2, 8, 1e-5, 1e4, true);
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
