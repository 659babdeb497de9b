package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.train.GradientAlert;
import java.time.Instant;

/**
 * An alert as JSON. Its {@code type} says what happened; which other fields there are depends on
 * it.
 */
public final class AlertRecord {

  private static final JsonMapper JSON = new JsonMapper();

  private AlertRecord() {}

  /**
   * @param attempt as in the step's record: a replayed step may be alerted again, with a higher one
   */
  public static byte[] write(
      String adapter, int partition, long attempt, Instant time, GradientAlert alert) {
    ObjectNode node = JSON.createObjectNode();
    node.put("v", 1).put("type", alert.kind().type()).put("adapter", adapter);
    node.put("step", alert.step()).put("attempt", attempt).put("time", time.toString());
    node.put("partition", partition);
    node.put("gradientNormB", (float) alert.norm());
    node.put("runningMedian", (float) alert.median());
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }
}
