package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.Release;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link Release} as JSON, version 1. Unknown fields are ignored. */
public final class ReleaseJson {

  private static final int FORMAT = 1;
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NOT_A_RELEASE = "a record of the releases topic is not a release";

  private ReleaseJson() {}

  public static byte[] write(Release release) {
    ObjectNode node = JSON.createObjectNode();
    node.put("v", FORMAT).put("adapter", release.adapter()).put("version", release.version());
    node.put("releasedAt", release.releasedAt().toString());
    node.put("by", release.by()).put("reason", release.reason());
    ArrayNode previous = node.putArray("previous");
    release.previous().forEach(previous::add);
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }

  /**
   * @throws PayloadException if the bytes are no release, or one of a newer format
   */
  public static Release read(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      int v = node.path("v").asInt();
      if (v > FORMAT) {
        throw new PayloadException(
            "a release of format %d cannot be read by this Sluice, which knows format %d; use the version that wrote it or a newer one"
                .formatted(v, FORMAT));
      }
      if (v < FORMAT || !node.path("adapter").isTextual()) {
        throw new PayloadException(NOT_A_RELEASE);
      }
      List<Long> previous = new ArrayList<>();
      node.path("previous").forEach(version -> previous.add(version.asLong()));
      return new Release(
          node.path("adapter").asText(),
          node.path("version").asLong(),
          Instant.parse(node.path("releasedAt").asText()),
          text(node.path("by")),
          text(node.path("reason")),
          previous);
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw new PayloadException(NOT_A_RELEASE, e);
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }
}
