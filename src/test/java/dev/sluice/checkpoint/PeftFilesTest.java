package dev.sluice.checkpoint;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.Matrix;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeftFilesTest {

  private static final String BASE = "org/base";
  private static final String LAYER_0_Q = "base_model.model.model.layers.0.self_attn.q_proj";

  @Test
  void writesTheTwoFilesThatPeftLooksFor() {
    assertEquals(
        List.of("adapter_config.json", "adapter_model.safetensors"),
        PeftFiles.write(Adapters.random(1), BASE).stream().map(CheckpointFile::name).toList());
  }

  @Test
  void tensorsHavePeftsNamesAndShapes() {
    Map<String, Matrix> tensors = tensors(PeftFiles.write(Adapters.random(1), BASE));
    assertEquals(2 * 2 * Adapters.LAYERS, tensors.size());
    assertEquals("Matrix[3, 5]", tensors.get(LAYER_0_Q + ".lora_A.weight").toString());
    assertEquals("Matrix[4, 3]", tensors.get(LAYER_0_Q + ".lora_B.weight").toString());
    assertTrue(
        tensors.containsKey("base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight"));
  }

  @Test
  void mlpProjectionsLieUnderTheMlp() {
    LoraConfig config =
        new LoraConfig(1, 1, LoraScaling.RSLORA, EnumSet.of(TargetModule.GATE_PROJ));
    assertTrue(
        tensors(PeftFiles.write(Adapters.random(config, 1), BASE))
            .containsKey("base_model.model.model.layers.0.mlp.gate_proj.lora_A.weight"));
  }

  @Test
  void theConfigurationIsOneThatPeftReads() throws IOException {
    JsonNode config = config(Adapters.CONFIG);
    assertEquals("LORA", config.get("peft_type").asText());
    assertEquals("CAUSAL_LM", config.get("task_type").asText());
    assertEquals(BASE, config.get("base_model_name_or_path").asText());
    assertEquals(3, config.get("r").asInt());
    assertTrue(config.get("use_rslora").asBoolean());
    assertTrue(config.get("inference_mode").asBoolean());
    assertFalse(config.get("use_dora").asBoolean());
    assertFalse(config.get("fan_in_fan_out").asBoolean());
    assertEquals("none", config.get("bias").asText());
    assertEquals(0, config.get("lora_dropout").asDouble());
  }

  @Test
  void targetModulesAreSortedByName() throws IOException {
    JsonNode targets =
        config(new LoraConfig(1, 1, LoraScaling.RSLORA, EnumSet.allOf(TargetModule.class)))
            .get("target_modules");
    assertEquals(
        List.of("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"),
        StreamSupport.stream(targets.spliterator(), false).map(JsonNode::asText).toList());
  }

  @Test
  void theScalingIsPeftsFlag() throws IOException {
    LoraConfig classic = Adapters.config(3, 16, LoraScaling.CLASSIC);
    assertFalse(config(classic).get("use_rslora").asBoolean());
  }

  @Test
  void aWholeAlphaIsAnIntegerAsPeftDeclaresItAndAnyOtherIsKept() throws IOException {
    assertTrue(config(Adapters.config(3, 16, LoraScaling.RSLORA)).get("lora_alpha").isInt());
    assertEquals(
        22.5, config(Adapters.config(3, 22.5, LoraScaling.RSLORA)).get("lora_alpha").asDouble());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theSameStateGivesTheSameBytes(long seed) {
    List<CheckpointFile> one = PeftFiles.write(Adapters.random(seed), BASE);
    List<CheckpointFile> two = PeftFiles.write(Adapters.random(seed), BASE);
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i).content(), two.get(i).content(), one.get(i).name());
    }
  }

  @Test
  void theConfigurationEndsItsLinesTheSameWayEverywhere() {
    String json =
        new String(
            PeftFiles.write(Adapters.random(1), BASE).get(0).content(), StandardCharsets.UTF_8);
    assertFalse(json.contains("\r"));
    assertTrue(json.endsWith("}\n"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void readsBackWhatItWrote(long seed) {
    AdapterState state = Adapters.random(seed);
    AdapterState read = PeftFiles.readWeights(weights(state), Adapters.CONFIG, Adapters.LAYERS);
    assertEquals(Adapters.CONFIG, read.config());
    Adapters.assertSame(state.modules(), read.modules());
  }

  @Test
  void weightsOfAnotherRankAreRefused() {
    LoraConfig other = Adapters.config(4, 16, LoraScaling.RSLORA);
    assertSays(
        "has rank 3 but lora.rank is 4",
        assertThrows(
            SafetensorsException.class,
            () -> PeftFiles.readWeights(weights(Adapters.random(1)), other, Adapters.LAYERS)));
  }

  @Test
  void aAndBOfDifferentRanksAreRefused() {
    assertSays(
        LAYER_0_Q.substring("base_model.model.".length()) + " has rank 2 but lora.rank is 3",
        refused(tensors -> tensors.put(LAYER_0_Q + ".lora_B.weight", Matrix.zeros(4, 2))));
  }

  @Test
  void aMissingTensorIsNamed() {
    assertSays(
        "no tensor '" + LAYER_0_Q + ".lora_B.weight'",
        refused(tensors -> tensors.remove(LAYER_0_Q + ".lora_B.weight")));
  }

  @Test
  void aTensorTooManyIsRefused() {
    assertSays("has 9 tensors", refused(tensors -> tensors.put("other", Matrix.zeros(1, 1))));
  }

  @Test
  void fewerLayersThanTheWeightsHaveAreRefused() {
    byte[] weights = weights(Adapters.random(1));
    assertSays(
        "has 8 tensors, but 1 layers",
        assertThrows(
            SafetensorsException.class, () -> PeftFiles.readWeights(weights, Adapters.CONFIG, 1)));
  }

  @Test
  void theOrderOfModulesDoesNotChangeTheBytes() {
    AdapterState state = Adapters.random(1);
    List<LoraModule> reversed = new ArrayList<>(state.modules());
    java.util.Collections.reverse(reversed);
    assertArrayEquals(weights(state), weights(new AdapterState(state.config(), reversed)));
  }

  private static Throwable refused(Consumer<Map<String, Matrix>> change) {
    Map<String, Matrix> tensors = new TreeMap<>(tensors(PeftFiles.write(Adapters.random(1), BASE)));
    change.accept(tensors);
    byte[] bytes = new Safetensors(tensors, Map.of()).toBytes();
    return assertThrows(
        SafetensorsException.class,
        () -> PeftFiles.readWeights(bytes, Adapters.CONFIG, Adapters.LAYERS));
  }

  private static byte[] weights(AdapterState state) {
    return PeftFiles.write(state, BASE).get(1).content();
  }

  private static Map<String, Matrix> tensors(List<CheckpointFile> files) {
    Safetensors weights = Safetensors.parse(files.get(1).content(), "it");
    assertEquals(Map.of("format", "pt"), weights.metadata());
    return weights.tensors();
  }

  private static JsonNode config(LoraConfig config) throws IOException {
    return new JsonMapper()
        .readTree(PeftFiles.write(Adapters.random(config, 1), BASE).get(0).content());
  }
}
