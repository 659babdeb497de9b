package dev.sluice.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The shape of a Llama-family model, from its {@code config.json}.
 *
 * @param maxPositions the longest context
 * @param tied whether the head's weight is the embedding's
 */
public record ModelConfig(
    int layers,
    int hidden,
    int intermediate,
    int heads,
    int keyValueHeads,
    int headDim,
    int vocabulary,
    int maxPositions,
    double rmsNormEpsilon,
    double ropeTheta,
    boolean tied) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads {@code config.json} of either generation ({@code rope_theta}, or {@code
   * rope_parameters}).
   *
   * @throws UnsupportedModelException naming the key, if this is not a model that Sluice can train
   */
  static ModelConfig read(Path file) throws IOException {
    JsonNode node;
    try {
      node = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new UnsupportedModelException(file + " is not JSON", e);
    }
    return new Reader(node, file).config();
  }

  /** Inputs and outputs of a projection. */
  public LinearShape shape(TargetModule target) {
    int attention = heads * headDim;
    int keyValue = keyValueHeads * headDim;
    return switch (target) {
      case Q_PROJ -> new LinearShape(hidden, attention);
      case K_PROJ, V_PROJ -> new LinearShape(hidden, keyValue);
      case O_PROJ -> new LinearShape(attention, hidden);
      case GATE_PROJ, UP_PROJ -> new LinearShape(hidden, intermediate);
      case DOWN_PROJ -> new LinearShape(intermediate, hidden);
    };
  }

  private record Reader(JsonNode node, Path file) {

    ModelConfig config() {
      require("model_type", "llama", node.path("model_type").asText());
      require("hidden_act", "silu", node.path("hidden_act").asText("silu"));
      requireFalse("attention_bias");
      requireFalse("mlp_bias");
      boolean newer = node.path("rope_parameters").isObject();
      JsonNode rope = newer ? node.path("rope_parameters") : node;
      JsonNode scaling = newer ? rope : node.path("rope_scaling");
      String ropeType = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
      require("rope_type", "default", ropeType);
      int hidden = positive("hidden_size");
      int heads = positive("num_attention_heads");
      return new ModelConfig(
          positive("num_hidden_layers"),
          hidden,
          positive("intermediate_size"),
          heads,
          node.hasNonNull("num_key_value_heads") ? positive("num_key_value_heads") : heads,
          node.hasNonNull("head_dim") ? positive("head_dim") : hidden / heads,
          positive("vocab_size"),
          positive("max_position_embeddings"),
          node.path("rms_norm_eps").asDouble(1e-6),
          rope.path("rope_theta").asDouble(10_000),
          node.path("tie_word_embeddings").asBoolean(false));
    }

    private int positive(String key) {
      int value = node.path(key).asInt(0);
      if (value < 1) {
        throw new UnsupportedModelException(
            "%s: %s must be a positive number but was %s".formatted(file, key, node.path(key)));
      }
      return value;
    }

    private void require(String key, String supported, String actual) {
      if (!actual.equals(supported)) {
        throw new UnsupportedModelException(
            "%s: %s is '%s'; supported is '%s'".formatted(file, key, actual, supported));
      }
    }

    private void requireFalse(String key) {
      if (node.path(key).asBoolean(false)) {
        throw new UnsupportedModelException(
            "%s: %s is true; supported is false".formatted(file, key));
      }
    }
  }
}
