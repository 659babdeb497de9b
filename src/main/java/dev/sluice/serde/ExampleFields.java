package dev.sluice.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.data.ExampleText;
import dev.sluice.data.LabelledExample;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of version 1, to and from {@link LabelledExample}. */
final class ExampleFields {

  static final String V = "v";
  static final String ID = "id";
  static final String ADAPTER = "adapter";
  static final String TASK = "task";
  static final String PROMPT = "prompt";
  static final String COMPLETION = "completion";
  static final String MESSAGES = "messages";
  static final String SOURCE = "source";
  static final String EVENT_TIME = "eventTime";
  static final String LABEL_TIME = "labelTime";
  static final String WEIGHT = "weight";

  private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  private ExampleFields() {}

  /**
   * @param v1 an object that the schema holds valid, task and source included
   */
  static LabelledExample read(ObjectNode v1) throws RejectedExampleException {
    return new LabelledExample(
        v1.required(ID).textValue(),
        v1.required(ADAPTER).textValue(),
        v1.required(TASK).textValue(),
        readText(v1),
        v1.required(SOURCE).textValue(),
        readTime(v1, EVENT_TIME),
        readTime(v1, LABEL_TIME),
        readWeight(v1));
  }

  static ObjectNode write(LabelledExample example) {
    ObjectNode v1 = StrictJson.newObject();
    v1.put(V, 1).put(ID, example.id()).put(ADAPTER, example.adapter()).put(TASK, example.task());
    writeText(example.text(), v1);
    v1.put(SOURCE, example.source());
    writeTime(v1, EVENT_TIME, example.eventTime());
    writeTime(v1, LABEL_TIME, example.labelTime());
    return v1.put(WEIGHT, example.weight());
  }

  /** {@link #write} with the fields of the original that version 1 does not know. */
  static ObjectNode canonical(LabelledExample example, ObjectNode original) {
    ObjectNode v1 = write(example);
    @Nullable JsonNode messages = original.get(MESSAGES);
    if (messages != null) {
      v1.set(MESSAGES, messages); // a message may have unknown fields too
    }
    original.properties().forEach(field -> v1.putIfAbsent(field.getKey(), field.getValue()));
    return v1;
  }

  private static ExampleText readText(ObjectNode v1) {
    @Nullable JsonNode messages = v1.get(MESSAGES);
    if (messages == null) {
      return new ExampleText.Completion(
          v1.required(PROMPT).textValue(), v1.required(COMPLETION).textValue());
    }
    List<ExampleText.Message> turns = new ArrayList<>();
    for (JsonNode turn : messages) {
      turns.add(
          new ExampleText.Message(
              turn.required("role").textValue(), turn.required("content").textValue()));
    }
    return new ExampleText.Conversation(turns);
  }

  private static void writeText(ExampleText text, ObjectNode v1) {
    if (text instanceof ExampleText.Completion completion) {
      v1.put(PROMPT, completion.prompt()).put(COMPLETION, completion.completion());
    }
    if (text instanceof ExampleText.Conversation conversation) {
      ArrayNode turns = v1.putArray(MESSAGES);
      conversation
          .messages()
          .forEach(
              turn -> turns.addObject().put("role", turn.role()).put("content", turn.content()));
    }
  }

  // RFC 3339 has a few times that Java's or its own UTC form cannot hold: leap seconds, offsets
  // over
  // 18 hours, more than nine decimals, year 10000 after the offset is taken off.
  private static @Nullable Instant readTime(ObjectNode v1, String field)
      throws RejectedExampleException {
    @Nullable JsonNode node = v1.get(field);
    if (node == null) {
      return null;
    }
    try {
      Instant time = OffsetDateTime.parse(node.textValue()).toInstant();
      if (!time.isBefore(YEAR_0) && time.isBefore(YEAR_10000)) {
        return time;
      }
    } catch (DateTimeException e) {
      // rejected below, without the exception's message, which quotes the value
    }
    throw new RejectedExampleException(field + " is a time that Sluice cannot represent");
  }

  private static void writeTime(ObjectNode v1, String field, @Nullable Instant time) {
    if (time != null) {
      v1.put(field, time.toString());
    }
  }

  private static double readWeight(ObjectNode v1) throws RejectedExampleException {
    @Nullable JsonNode node = v1.get(WEIGHT);
    double weight = node == null ? 1.0 : node.doubleValue();
    if (!Double.isFinite(weight) || weight <= 0) {
      throw new RejectedExampleException("weight is too large or too small for a double");
    }
    return weight;
  }
}
