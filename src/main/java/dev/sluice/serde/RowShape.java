package dev.sluice.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The kinds of record that are read, and how each becomes version 1. */
enum RowShape {
  VERSION_1,
  FINLORA,
  CONVERSATION;

  static RowShape of(ObjectNode row) throws RejectedExampleException {
    JsonNode version = row.get(ExampleFields.V);
    if (version != null) {
      requireVersion1(version);
      return VERSION_1;
    }
    if (row.has("context") || row.has("target")) {
      return FINLORA;
    }
    if (row.has(ExampleFields.MESSAGES)) {
      return CONVERSATION;
    }
    throw new RejectedExampleException(
        "has no version: add \"v\":1, or send a row of context and target, or messages");
  }

  /** The row as version 1 with defaults filled in; the row itself stays as it is. */
  ObjectNode toVersion1(ObjectNode row, ExampleJson.Defaults defaults)
      throws RejectedExampleException {
    ObjectNode v1 = row.deepCopy();
    v1.put(ExampleFields.V, 1);
    putIfAbsent(v1, ExampleFields.TASK, defaults.task());
    putIfAbsent(v1, ExampleFields.SOURCE, defaults.source());
    if (this == VERSION_1) {
      return v1;
    }
    if (defaults.adapter() != null) {
      putIfAbsent(v1, ExampleFields.ADAPTER, defaults.adapter());
    }
    putIfAbsent(v1, ExampleFields.ID, contentId(row));
    if (this == FINLORA) {
      rename(v1, "context", ExampleFields.PROMPT);
      rename(v1, "target", ExampleFields.COMPLETION);
    }
    return v1;
  }

  /** The name that the sender knows a field of version 1 by. */
  String originalName(String field) {
    if (this == FINLORA && field.equals(ExampleFields.PROMPT)) {
      return "context";
    }
    return this == FINLORA && field.equals(ExampleFields.COMPLETION) ? "target" : field;
  }

  private static void requireVersion1(JsonNode version) throws RejectedExampleException {
    if (!version.isNumber()) {
      throw new RejectedExampleException("v must be the number 1");
    }
    if (version.decimalValue().compareTo(BigDecimal.ONE) != 0) {
      String number = version.canConvertToInt() && version.isInt() ? " " + version.intValue() : "";
      throw new RejectedExampleException(
          "unknown version" + number + ": this Sluice reads version 1");
    }
  }

  private static void putIfAbsent(ObjectNode node, String field, String value) {
    if (!node.has(field)) {
      node.put(field, value);
    }
  }

  private static void rename(ObjectNode node, String from, String to)
      throws RejectedExampleException {
    if (!node.has(from)) {
      return;
    }
    if (node.has(to)) {
      throw new RejectedExampleException("has both " + from + " and " + to + ": keep one");
    }
    node.set(to, node.remove(from));
  }

  private static String contentId(ObjectNode row) throws RejectedExampleException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(StrictJson.writeSorted(row));
      return "sha256-" + HexFormat.of().formatHex(hash);
    } catch (CharacterCodingException e) {
      throw new RejectedExampleException(StrictJson.LONE_SURROGATE);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
