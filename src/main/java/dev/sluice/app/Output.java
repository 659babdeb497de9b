package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command prints its results: text for people, JSON for machines. */
final class Output {

  private static final JsonMapper JSON = new JsonMapper();

  private final PrintWriter out;

  /**
   * @param spec injected by picocli before a command is called
   */
  Output(CommandSpec spec) {
    this.out = spec.commandLine().getOut();
  }

  static ArrayNode array() {
    return JSON.createArrayNode();
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  void line(String text) {
    out.println(text);
  }

  void table(Table table) {
    table.lines().forEach(out::println);
  }

  void json(JsonNode node) {
    out.println(text(node));
  }

  /** What {@link #json} prints, for a file. */
  static byte[] bytes(JsonNode node) {
    return (text(node) + "\n").getBytes(UTF_8);
  }

  /** JSON has no NaN and no infinity: they become null, where Jackson would write a text. */
  private static JsonNode finite(JsonNode node) {
    if (node.isObject()) {
      ((ObjectNode) node).properties().forEach(field -> field.setValue(finite(field.getValue())));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        ((ArrayNode) node).set(i, finite(node.get(i)));
      }
    }
    return node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())
        ? NullNode.getInstance()
        : node;
  }

  private static String text(JsonNode node) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(finite(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }
}
