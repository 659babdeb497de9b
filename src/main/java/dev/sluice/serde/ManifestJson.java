package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.checkpoint.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A {@link Manifest} as JSON, its keys on the checkpoints topic, and the keys of its chunks. */
public final class ManifestJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final String NOT_A_MANIFEST =
      "a record of the checkpoints topic is not a manifest";

  private ManifestJson() {}

  public static byte[] write(Manifest manifest) {
    try {
      return JSON.writeValueAsBytes(manifest);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest always serializes", e);
    }
  }

  /**
   * @throws PayloadException if the bytes are no manifest, or one of a newer format
   */
  public static Manifest read(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      int v = node.path("v").asInt();
      if (v < Manifest.FORMAT) {
        throw new PayloadException(NOT_A_MANIFEST);
      }
      if (v > Manifest.FORMAT) {
        throw new PayloadException(
            "a manifest of format %d cannot be read by this Sluice, which knows format %d; use the version that wrote it or a newer one"
                .formatted(v, Manifest.FORMAT));
      }
      return JSON.treeToValue(node, Manifest.class);
    } catch (IOException e) {
      throw new PayloadException(NOT_A_MANIFEST, e);
    }
  }

  public static byte[] key(Manifest manifest) {
    return manifest.id().getBytes(StandardCharsets.UTF_8);
  }

  /** The key of a file's piece: {@code adapter@version/file/index}. */
  public static byte[] chunkKey(String adapter, long version, String file, int index) {
    return (adapter + "@" + version + "/" + file + "/" + index).getBytes(StandardCharsets.UTF_8);
  }
}
