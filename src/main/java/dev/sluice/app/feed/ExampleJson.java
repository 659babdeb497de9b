package dev.sluice.app.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Instant;

/** Writes examples in JSON v1. */
final class ExampleJson {

  private static final JsonMapper MAPPER = new JsonMapper();

  private ExampleJson() {}

  static ObjectNode example(
      String id,
      String adapter,
      Task task,
      Question question,
      String source,
      Instant eventTime,
      Instant labelTime) {
    return MAPPER
        .createObjectNode()
        .put("v", 1)
        .put("id", id)
        .put("adapter", adapter)
        .put("task", task.wireName())
        .put("prompt", question.prompt())
        .put("completion", question.answer())
        .put("source", source)
        .put("eventTime", eventTime.toString())
        .put("labelTime", labelTime.toString())
        .put("weight", 1.0);
  }

  static byte[] bytes(ObjectNode example) {
    try {
      return MAPPER.writeValueAsBytes(example);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
