package dev.sluice.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.TargetModule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A small model with random weights as a Hugging Face directory, and the same weights as doubles
 * for {@link ReferenceLlama}. Norm gains are far from 1, so that no factor can hide.
 */
record RandomModel(ModelConfig config, Map<String, double[][]> weights) {

  private static final JsonMapper JSON = new JsonMapper();

  static RandomModel tied(long seed) {
    return random(llama(2, 16, 24, 4, 2, 4, 1e-5, 10_000, true), seed);
  }

  static RandomModel untied(long seed) {
    return random(llama(2, 12, 20, 3, 3, 6, 1e-6, 500_000, false), seed);
  }

  static ModelConfig llama(
      int layers,
      int hidden,
      int intermediate,
      int heads,
      int keyValueHeads,
      int headDim,
      double epsilon,
      double theta,
      boolean tied) {
    return new ModelConfig(
        "llama",
        layers,
        hidden,
        intermediate,
        heads,
        keyValueHeads,
        headDim,
        40,
        64,
        epsilon,
        new RotaryEmbedding(theta, RotaryEmbedding.Scaling.NONE),
        tied,
        false,
        false);
  }

  private static RandomModel random(ModelConfig config, long seed) {
    Map<String, double[][]> weights = new LinkedHashMap<>();
    Random random = new Random(seed);
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      weights.put(prefix + "input_layernorm.weight", gains(config.hidden(), random));
      weights.put(prefix + "post_attention_layernorm.weight", gains(config.hidden(), random));
      for (TargetModule target : TargetModule.values()) {
        var shape = config.shape(target);
        weights.put(
            prefix + target.path() + ".weight", matrix(shape.out(), shape.in(), 0.3, random));
      }
    }
    weights.put("model.norm.weight", gains(config.hidden(), random));
    weights.put(
        "model.embed_tokens.weight", matrix(config.vocabulary(), config.hidden(), 0.5, random));
    if (!config.tied()) {
      weights.put("lm_head.weight", matrix(config.vocabulary(), config.hidden(), 0.5, random));
    }
    return new RandomModel(config, weights);
  }

  /** Writes config.json, model.safetensors (fp32) and an empty tokenizer.json. */
  ModelDirectory write(Path directory) throws IOException {
    return write(directory, Dtype.F32);
  }

  /** The same with weights rounded to a dtype. */
  ModelDirectory write(Path directory, Dtype dtype) throws IOException {
    writeConfig(directory);
    writeWeights(directory.resolve("model.safetensors"), dtype, weights);
    return ModelDirectory.open(directory, "random");
  }

  /** Writes fp32 weights in two shards, with an index that names them. */
  ModelDirectory writeShards(Path directory) throws IOException {
    writeConfig(directory);
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    for (int shard = 0; shard < 2; shard++) {
      String file = "model-0000%d-of-00002.safetensors".formatted(shard + 1);
      Map<String, double[][]> part = new LinkedHashMap<>(weights);
      String second = "model.layers.1.";
      boolean first = shard == 0;
      part.keySet().removeIf(name -> name.startsWith(second) == first);
      part.keySet().forEach(name -> map.put(name, file));
      writeWeights(directory.resolve(file), Dtype.F32, part);
    }
    Files.write(directory.resolve("model.safetensors.index.json"), JSON.writeValueAsBytes(index));
    return ModelDirectory.open(directory, "random");
  }

  /** Writes config.json and an empty tokenizer.json. */
  private void writeConfig(Path directory) throws IOException {
    Files.write(directory.resolve("config.json"), JSON.writeValueAsBytes(configJson()));
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
  }

  private static void writeWeights(Path path, Dtype dtype, Map<String, double[][]> weights)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    weights.forEach(
        (name, rows) -> {
          ObjectNode tensor = header.putObject(name).put("dtype", dtype.name());
          var shape = tensor.putArray("shape");
          if (!name.contains("norm")) {
            shape.add(rows.length);
          }
          shape.add(rows[0].length);
          int begin = data.size();
          for (double[] row : rows) {
            data.writeBytes(Floats.encode(row, dtype));
          }
          tensor.putArray("data_offsets").add(begin).add(data.size());
        });
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    file.writeBytes(json);
    file.writeBytes(data.toByteArray());
    Files.write(path, file.toByteArray());
  }

  /** The same model with each weight rounded to a dtype. */
  RandomModel rounded(Dtype dtype) {
    Map<String, double[][]> rounded = new LinkedHashMap<>();
    weights.forEach(
        (name, rows) ->
            rounded.put(
                name,
                Arrays.stream(rows)
                    .map(row -> Arrays.stream(row).map(v -> Floats.round(v, dtype)).toArray())
                    .toArray(double[][]::new)));
    return new RandomModel(config, rounded);
  }

  ObjectNode configJson() {
    return JSON.createObjectNode()
        .put("model_type", "llama")
        .put("num_hidden_layers", config.layers())
        .put("hidden_size", config.hidden())
        .put("intermediate_size", config.intermediate())
        .put("num_attention_heads", config.heads())
        .put("num_key_value_heads", config.keyValueHeads())
        .put("head_dim", config.headDim())
        .put("vocab_size", config.vocabulary())
        .put("max_position_embeddings", config.maxPositions())
        .put("rms_norm_eps", config.rmsNormEpsilon())
        .put("rope_theta", config.rotary().theta())
        .put("tie_word_embeddings", config.tied());
  }

  private static double[][] gains(int size, Random random) {
    double[][] gains = matrix(1, size, 0.3, random);
    for (int i = 0; i < size; i++) {
      gains[0][i] = (float) (gains[0][i] + 1);
    }
    return gains;
  }

  private static double[][] matrix(int rows, int columns, double deviation, Random random) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) (deviation * random.nextGaussian()); // as fp32 stores it
      }
    }
    return matrix;
  }
}
