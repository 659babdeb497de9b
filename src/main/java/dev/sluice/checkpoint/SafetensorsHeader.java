package dev.sluice.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file: eight bytes of length, little-endian, then JSON, then the data.
 *
 * <p>Nothing in a file is believed before it is checked: lengths, offsets, overlap, shapes.
 *
 * @param tensors by name, in alphabetical order
 * @param metadata free text pairs
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

  /** The format's own limit. */
  static final long MAX_BYTES = 100_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final String METADATA = "__metadata__";

  SafetensorsHeader {
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
    metadata = Map.copyOf(metadata);
  }

  /**
   * @param dataBytes bytes after the header
   * @param file how errors call it
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes, String file) {
    JsonNode root = read(json, file);
    Map<String, TensorInfo> tensors = new TreeMap<>();
    Map<String, String> metadata = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals(METADATA)) {
        entry.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), dataBytes, file));
      }
    }
    requireNoOverlap(tensors, file);
    return new SafetensorsHeader(tensors, metadata);
  }

  private static JsonNode read(byte[] json, String file) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root == null || !root.isObject()) {
        throw new SafetensorsException(file + ": the header is not a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(file + ": the header is not JSON");
    } catch (java.io.IOException e) {
      throw new SafetensorsException(file + ": the header cannot be read");
    }
  }

  private static TensorInfo tensor(String name, JsonNode node, long dataBytes, String file) {
    String where = file + ": tensor '" + name + "'";
    Dtype dtype = dtype(node.path("dtype").asText(), where);
    List<Long> shape = integers(node.path("shape"), where + " has a bad shape");
    if (shape.stream().anyMatch(dimension -> dimension < 0)) {
      throw new SafetensorsException(where + " has a bad shape");
    }
    String noOffsets = where + " has no data_offsets";
    List<Long> offsets = integers(node.path("data_offsets"), noOffsets);
    if (offsets.size() != 2) {
      throw new SafetensorsException(noOffsets);
    }
    TensorInfo info = new TensorInfo(dtype, shape, offsets.get(0), offsets.get(1));
    if (info.begin() < 0 || info.end() < info.begin() || info.end() > dataBytes) {
      throw new SafetensorsException(
          "%s reaches from %d to %d, but the file has %d bytes of data"
              .formatted(where, info.begin(), info.end(), dataBytes));
    }
    if (info.bytes() != expectedBytes(info, where)) {
      throw new SafetensorsException(
          "%s of %s %s must have %d bytes but has %d"
              .formatted(where, dtype, shape, expectedBytes(info, where), info.bytes()));
    }
    return info;
  }

  private static List<Long> integers(JsonNode array, String otherwise) {
    if (!array.isArray()) {
      throw new SafetensorsException(otherwise);
    }
    List<Long> integers = new ArrayList<>();
    for (JsonNode integer : array) {
      if (!integer.isIntegralNumber() || !integer.canConvertToLong()) {
        throw new SafetensorsException(otherwise);
      }
      integers.add(integer.asLong());
    }
    return integers;
  }

  private static Dtype dtype(String name, String where) {
    try {
      return Dtype.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new SafetensorsException(
          where + " has dtype '" + name + "'; supported are F32, F16, BF16, I64, I8 and U8");
    }
  }

  private static long expectedBytes(TensorInfo info, String where) {
    try {
      return Math.multiplyExact(info.elements(), info.dtype().bytes());
    } catch (ArithmeticException e) {
      throw new SafetensorsException(where + " has a shape that no file can hold");
    }
  }

  private static void requireNoOverlap(Map<String, TensorInfo> tensors, String file) {
    List<Map.Entry<String, TensorInfo>> byBegin = new ArrayList<>(tensors.entrySet());
    byBegin.sort(Comparator.comparingLong(e -> e.getValue().begin()));
    for (int i = 1; i < byBegin.size(); i++) {
      if (byBegin.get(i).getValue().begin() < byBegin.get(i - 1).getValue().end()) {
        throw new SafetensorsException(
            "%s: tensors '%s' and '%s' overlap"
                .formatted(file, byBegin.get(i - 1).getKey(), byBegin.get(i).getKey()));
      }
    }
  }

  /** The header's bytes, padded so that the data begins at a multiple of eight. */
  byte[] toBytes() {
    var root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      var node = root.putObject(METADATA);
      new TreeMap<>(metadata).forEach(node::put);
    }
    tensors.forEach(
        (name, info) -> {
          var node = root.putObject(name).put("dtype", info.dtype().name());
          var shape = node.putArray("shape");
          info.shape().forEach(shape::add);
          node.putArray("data_offsets").add(info.begin()).add(info.end());
        });
    String json = root.toString();
    int padding = Math.floorMod(-json.getBytes(StandardCharsets.UTF_8).length, 8);
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }
}
