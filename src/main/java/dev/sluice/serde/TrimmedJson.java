package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;

/** Says that the files of a version are gone: {@code {"v":1,"adapter":…,"version":…,…}}. */
public final class TrimmedJson {

  private static final int FORMAT = 1;
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NOT_ONE = "a record of the trimmed topic names no trimmed version";

  private TrimmedJson() {}

  /**
   * Its key is the manifest's.
   *
   * @param bytes of the files that are gone
   */
  public static byte[] write(String adapter, long version, long bytes, Instant trimmedAt) {
    try {
      return JSON.writeValueAsBytes(
          JSON.createObjectNode()
              .put("v", FORMAT)
              .put("adapter", adapter)
              .put("version", version)
              .put("trimmedAt", trimmedAt.toString())
              .put("bytes", bytes));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }

  /**
   * The version.
   *
   * @throws PayloadException if the bytes name none
   */
  public static long version(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      JsonNode version = node.path("version");
      if (node.path("v").asInt() != FORMAT || !version.canConvertToLong()) {
        throw new PayloadException(NOT_ONE);
      }
      return version.asLong();
    } catch (IOException e) {
      throw new PayloadException(NOT_ONE, e);
    }
  }
}
