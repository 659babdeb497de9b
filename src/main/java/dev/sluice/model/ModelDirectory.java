package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.checkpoint.SafetensorsException;
import dev.sluice.checkpoint.SafetensorsFile;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A base model as the Hugging Face Hub lays it out: {@code config.json}, {@code tokenizer.json},
 * and safetensors in one file or in shards with an index.
 */
public final class ModelDirectory {

  /** What {@code model.dir} begins with when it names a model that Sluice ships. */
  public static final String BUILTIN = "builtin:";

  static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final List<String> OPTIONAL =
      List.of("tokenizer_config.json", "generation_config.json", "chat_template.jinja", INDEX);

  private final Path path;
  private final String name;
  private final ModelConfig config;
  private final SortedMap<String, SafetensorsFile> shards = new TreeMap<>();
  private final Map<String, SafetensorsFile> shardOfTensor = new HashMap<>();
  private final TreeSet<String> files = new TreeSet<>();

  private ModelDirectory(Path path, String name, ModelConfig config) {
    this.path = path;
    this.name = name;
    this.config = config;
  }

  /**
   * Opens what {@code model.dir} says: a directory, or {@code builtin:sluice-tiny}.
   *
   * @throws UnsupportedModelException if it is missing or cannot be trained
   */
  public static ModelDirectory open(String modelDir) {
    if (!modelDir.startsWith(BUILTIN)) {
      Path path = Path.of(modelDir);
      return open(path, String.valueOf(path.toAbsolutePath().normalize().getFileName()));
    }
    if (!modelDir.equals(BUILTIN + BuiltinModel.NAME)) {
      throw new UnsupportedModelException(
          "model.dir is '%s', but the only built-in model is %s%s"
              .formatted(modelDir, BUILTIN, BuiltinModel.NAME));
    }
    return open(BuiltinModel.directory(), BuiltinModel.NAME);
  }

  /**
   * Opens a directory: reads the configuration and the headers of the weights.
   *
   * @param name how the model is called in what is published, for example {@code org/name}
   * @throws UnsupportedModelException if it is missing or cannot be trained
   */
  public static ModelDirectory open(Path path, String name) {
    if (!Files.isDirectory(path)) {
      throw new UnsupportedModelException(
          "model directory %s %s; set model.dir or --model to a directory with %s, %s and %s"
              .formatted(
                  path,
                  Files.exists(path) ? "is no directory" : "does not exist",
                  CONFIG,
                  TOKENIZER,
                  WEIGHTS));
    }
    try {
      ModelDirectory model =
          new ModelDirectory(path, name, ModelConfig.read(require(path, CONFIG)));
      require(path, TOKENIZER);
      model.files.add(CONFIG);
      model.files.add(TOKENIZER);
      OPTIONAL.stream().filter(f -> Files.exists(path.resolve(f))).forEach(model.files::add);
      model.openShards();
      return model;
    } catch (IOException e) {
      throw new UnsupportedModelException("model directory " + path + " cannot be read", e);
    } catch (SafetensorsException e) {
      throw new UnsupportedModelException(String.valueOf(e.getMessage()), e);
    }
  }

  public ModelConfig config() {
    return config;
  }

  /** How the model is called in what is published. */
  public String name() {
    return name;
  }

  /**
   * SHA-256 over the sorted (file name, SHA-256) of configuration, tokenizer, template, weights.
   */
  public String sha256() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String file : files) {
      lines.append(file).append(' ').append(Sha256.of(path.resolve(file))).append('\n');
    }
    return Sha256.of(lines.toString());
  }

  /** The files of weights, by name. */
  SortedMap<String, SafetensorsFile> weightFiles() {
    return Collections.unmodifiableSortedMap(shards);
  }

  Path path() {
    return path;
  }

  Path file(String file) {
    return path.resolve(file);
  }

  Path tokenizer() {
    return path.resolve(TOKENIZER);
  }

  /** A weight, mapped from its file: dtype, shape and little-endian bytes. */
  Weight weight(String tensor) throws IOException {
    @Nullable SafetensorsFile shard = shardOfTensor.get(tensor);
    @Nullable TensorInfo info = shard == null ? null : shard.tensors().get(tensor);
    if (shard == null || info == null) {
      throw new UnsupportedModelException(path + " has no weight '" + tensor + "'");
    }
    return new Weight(shard, tensor, info);
  }

  /** One weight of the model. */
  record Weight(SafetensorsFile file, String tensor, TensorInfo info) {
    ByteBuffer map(long from, long bytes) throws IOException {
      return file.map(tensor, from, bytes);
    }
  }

  private void openShards() throws IOException {
    for (String shard : shardNames()) {
      files.add(shard);
      SafetensorsFile file = SafetensorsFile.open(require(path, shard));
      shards.put(shard, file);
      file.tensors().keySet().forEach(tensor -> shardOfTensor.put(tensor, file));
    }
  }

  private List<String> shardNames() throws IOException {
    if (!Files.exists(path.resolve(INDEX))) {
      return List.of(WEIGHTS);
    }
    JsonNode index = new JsonMapper().readTree(Files.readAllBytes(path.resolve(INDEX)));
    TreeSet<String> names = new TreeSet<>();
    index.path("weight_map").forEach(shard -> names.add(shard.asText()));
    for (String shard : names) {
      if (shard.contains("/") || shard.contains("\\") || shard.contains("..")) {
        throw new UnsupportedModelException(
            path.resolve(INDEX) + " names a file outside: " + shard);
      }
    }
    return List.copyOf(names);
  }

  private static Path require(Path directory, String file) {
    Path path = directory.resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new UnsupportedModelException(
          "%s has no %s; it must be a Hugging Face directory with %s, %s and %s"
              .formatted(directory, file, CONFIG, TOKENIZER, WEIGHTS));
    }
    return path;
  }
}
