package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.data.Boundary;
import java.io.IOException;

/**
 * A boundary as JSON.
 *
 * @param step that trains the batch
 * @param attempt of the trainer that cut it, as in the step's record
 */
public record BoundaryRecord(String adapter, long step, long attempt, Boundary boundary) {

  private static final int FORMAT = 1;
  private static final JsonMapper JSON = new JsonMapper();

  public byte[] write() {
    try {
      return JSON.writeValueAsBytes(
          JSON.createObjectNode()
              .put("v", FORMAT)
              .put("adapter", adapter)
              .put("step", step)
              .put("attempt", attempt)
              .put("firstOffset", boundary.firstOffset())
              .put("lastOffset", boundary.lastOffset()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }

  /**
   * @throws PayloadException if the value is no boundary: to go on without it could change bytes
   */
  public static BoundaryRecord read(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      if (node.path("v").asInt() != FORMAT
          || !node.path("firstOffset").canConvertToLong()
          || !node.path("lastOffset").canConvertToLong()) {
        throw new PayloadException(
            "a record of the boundaries topic is not a boundary of format " + FORMAT);
      }
      return new BoundaryRecord(
          node.path("adapter").asText(),
          node.path("step").asLong(),
          node.path("attempt").asLong(),
          new Boundary(node.path("firstOffset").asLong(), node.path("lastOffset").asLong()));
    } catch (IOException | IllegalArgumentException e) {
      throw new PayloadException("a record of the boundaries topic is not a boundary", e);
    }
  }
}
