package dev.sluice.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a model that are not weights: configuration, tokenizer, chat template, licence. */
final class SideFiles {

  /** Indices of weights name files that a copy would not have. */
  private static final Pattern COPIED =
      Pattern.compile(
          "(?!.*\\.index\\.json$)(.*\\.(json|jinja|txt|model|tiktoken)|(LICEN[CS]E|NOTICE|USE_POLICY).*)");

  private static final JsonMapper JSON = new JsonMapper();

  /** Transformers' words. */
  private static final Map<Dtype, String> DTYPES =
      Map.of(Dtype.F32, "float32", Dtype.F16, "float16", Dtype.BF16, "bfloat16");

  private SideFiles() {}

  static List<Path> of(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> COPIED.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** Says in a configuration what the weights are stored in. */
  static void setDtype(Path config, Dtype dtype) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(Files.readAllBytes(config));
    String key = node.has("dtype") ? "dtype" : "torch_dtype"; // the older name
    write(node.put(key, DTYPES.get(dtype)), config);
  }

  /** Writes an index of shards with another size of all of them. */
  static void writeIndex(Path index, Path target, long bytes) throws IOException {
    ObjectNode node = (ObjectNode) JSON.readTree(Files.readAllBytes(index));
    node.withObject("metadata").put("total_size", bytes);
    write(node, target);
  }

  private static void write(ObjectNode node, Path file) throws IOException {
    Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
  }
}
