package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.RotaryEmbedding.Scaling;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code config.json} and refuses by name what the step program does not compute. */
final class ModelConfigReader {

  /** What a family adds to Llama. */
  private record Family(boolean biased, boolean qkNorm) {}

  private static final Map<String, Family> FAMILIES =
      Map.of(
          "llama", new Family(false, false),
          "mistral", new Family(false, false),
          "qwen2", new Family(true, false),
          "qwen3", new Family(false, true));

  private final JsonNode node;
  private final Path file;

  /**
   * @param file how errors call it
   */
  ModelConfigReader(JsonNode node, Path file) {
    this.node = node;
    this.file = file;
  }

  ModelConfig read() {
    String type = node.path("model_type").asText();
    @Nullable Family family = FAMILIES.get(type);
    if (family == null) {
      throw unsupported("model_type", type, "llama, mistral, qwen2 and qwen3");
    }
    require("hidden_act", "silu");
    requireFalse("attention_bias");
    requireFalse("mlp_bias");
    requireAbsent("quantization_config");
    requireWholeRotation(node);
    requireWholeRotation(node.path("rope_parameters"));
    int hidden = positive("hidden_size");
    int heads = positive("num_attention_heads");
    int keyValueHeads =
        node.hasNonNull("num_key_value_heads") ? positive("num_key_value_heads") : heads;
    if (heads % keyValueHeads != 0) {
      throw unsupported(
          "num_key_value_heads", Integer.toString(keyValueHeads), "divisors of " + heads);
    }
    int headDim = node.hasNonNull("head_dim") ? positive("head_dim") : hidden / heads;
    if (headDim % 2 != 0) {
      throw unsupported("head_dim", Integer.toString(headDim), "even numbers");
    }
    return new ModelConfig(
        type,
        positive("num_hidden_layers"),
        hidden,
        positive("intermediate_size"),
        heads,
        keyValueHeads,
        headDim,
        positive("vocab_size"),
        context(),
        node.hasNonNull("rms_norm_eps") ? number(node, "rms_norm_eps") : 1e-6,
        rotary(),
        node.path("tie_word_embeddings").asBoolean(false),
        family.biased(),
        family.qkNorm());
  }

  /** Within a sliding window, windowed attention is full attention: the context ends there. */
  private int context() {
    int positions = positive("max_position_embeddings");
    boolean windowed =
        node.path("use_sliding_window").asBoolean(true) && node.path("sliding_window").asInt(0) > 0;
    return windowed ? Math.min(positions, node.path("sliding_window").asInt()) : positions;
  }

  private RotaryEmbedding rotary() {
    boolean newer = node.path("rope_parameters").isObject();
    JsonNode parameters = newer ? node.path("rope_parameters") : node.path("rope_scaling");
    if (!parameters.isObject() && !parameters.isNull() && !parameters.isMissingNode()) {
      throw unsupported("rope_scaling", parameters.toString(), "objects and null");
    }
    JsonNode holder = newer ? parameters : node;
    double theta = holder.hasNonNull("rope_theta") ? number(holder, "rope_theta") : 10_000;
    String type = parameters.path("rope_type").asText(parameters.path("type").asText("default"));
    return switch (type) {
      case "default" -> new RotaryEmbedding(theta, Scaling.NONE);
      case "llama3" ->
          new RotaryEmbedding(
              theta,
              new Scaling(
                  number(parameters, "factor"),
                  number(parameters, "low_freq_factor"),
                  number(parameters, "high_freq_factor"),
                  number(parameters, "original_max_position_embeddings")));
      default -> throw unsupported("rope_type", type, "default and llama3");
    };
  }

  private double number(JsonNode parameters, String key) {
    double value = parameters.path(key).asDouble(0);
    if (!(value > 0)) {
      throw new UnsupportedModelException(
          "%s: %s must be a positive number but was %s".formatted(file, key, parameters.path(key)));
    }
    return value;
  }

  private int positive(String key) {
    int value = node.path(key).canConvertToInt() ? node.path(key).asInt(0) : 0;
    if (value < 1) {
      throw new UnsupportedModelException(
          "%s: %s must be a positive number but was %s".formatted(file, key, node.path(key)));
    }
    return value;
  }

  private void require(String key, String supported) {
    String actual = node.path(key).asText(supported);
    if (!actual.equals(supported)) {
      throw unsupported(key, actual, supported);
    }
  }

  /** Weights that are stored quantised would be read as what they are not. */
  private void requireAbsent(String key) {
    if (node.hasNonNull(key)) {
      throw unsupported(key, node.path(key).toString(), "fp32, fp16 and bf16 weights alone");
    }
  }

  private void requireWholeRotation(JsonNode parameters) {
    String key = "partial_rotary_factor";
    if (parameters.path(key).asDouble(1) != 1) {
      throw unsupported(key, parameters.path(key).toString(), "1");
    }
  }

  private void requireFalse(String key) {
    if (node.path(key).asBoolean(false)) {
      throw unsupported(key, "true", "false");
    }
  }

  private UnsupportedModelException unsupported(String key, String actual, String supported) {
    return new UnsupportedModelException(
        "%s: %s is '%s', which Sluice does not train; it knows %s"
            .formatted(file, key, actual, supported));
  }
}
