package dev.sluice.app.finlora;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of one FinLoRA configuration, each as the type that it should have. A value of another
 * type becomes a problem and is read as something harmless.
 */
final class FinLoraRun {

  private final ObjectNode node;
  private final String file;
  private final List<String> problems;

  /**
   * @param problems receives a sentence for each value that is wrong
   */
  FinLoraRun(ObjectNode node, Path file, List<String> problems) {
    this.node = node;
    this.file = String.valueOf(file.getFileName());
    this.problems = problems;
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** Whether the key is there and has a value. */
  boolean has(String key) {
    return node.hasNonNull(key);
  }

  String text(String key) {
    JsonNode value = node.path(key);
    if (value.isValueNode() && !value.asText().isBlank()) {
      return value.asText();
    }
    return wrong(key, "a text", "");
  }

  boolean flag(String key) {
    String text = node.path(key).asText();
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return text.equalsIgnoreCase("true");
    }
    return wrong(key, "true or false", false);
  }

  int whole(String key) {
    try {
      return Integer.parseInt(node.path(key).asText());
    } catch (NumberFormatException e) {
      return wrong(key, "a whole number", 1);
    }
  }

  int positive(String key) {
    int value = whole(key);
    return value >= 1 ? value : wrong(key, "at least 1", 1);
  }

  double number(String key) {
    double value = parse(node.path(key));
    return Double.isFinite(value) ? value : wrong(key, "a number", 1.0);
  }

  /** The elements of a list of texts, or one text. */
  List<String> texts(String key) {
    JsonNode value = node.path(key);
    if (value.isTextual()) {
      return List.of(value.asText());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      texts.add(element.asText());
    }
    return texts.isEmpty() || texts.contains("") || value.isObject()
        ? wrong(key, "a list of names", List.of())
        : texts;
  }

  void problem(String problem) {
    problems.add("%s (in %s)".formatted(problem, file));
  }

  /** The value for people: short, and a number as people write it. */
  String shown(String key) {
    JsonNode value = node.path(key);
    if (value.isFloatingPointNumber()) {
      return shown(value.asDouble());
    }
    if (value.isArray() && !value.isEmpty() && value.get(0).isValueNode()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(element.asText()));
      return elements.stream().collect(joining(","));
    }
    return value.isContainerNode() ? "..." : value.asText("");
  }

  static String shown(double number) {
    return Double.isFinite(number)
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : Double.toString(number);
  }

  private static double parse(JsonNode value) {
    try {
      return Double.parseDouble(value.asText());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private <T> T wrong(String key, String type, T harmless) {
    problem("%s must be %s but was '%s'".formatted(key, type, shown(key)));
    return harmless;
  }
}
