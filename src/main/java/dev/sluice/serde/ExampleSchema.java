package dev.sluice.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.path.NodePath;
import java.util.List;
import java.util.stream.Collectors;

/** The JSON Schema of version 1, and its violations as sentences that name field and rule only. */
final class ExampleSchema {

  static final String RESOURCE = "example-v1.schema.json";

  private static final int MAX_VIOLATIONS_NAMED = 3;

  private final Schema schema;

  private ExampleSchema(Schema schema) {
    this.schema = schema;
  }

  static ExampleSchema load() {
    return new ExampleSchema(SchemaResource.load(RESOURCE));
  }

  /**
   * @param shape for the names that the sender used
   */
  void check(JsonNode v1, RowShape shape) throws RejectedExampleException {
    List<Error> violations = schema.validate(v1);
    if (!violations.isEmpty()) {
      throw new RejectedExampleException(
          violations.stream()
              .map(violation -> sentence(violation, shape))
              .distinct()
              .limit(MAX_VIOLATIONS_NAMED)
              .collect(Collectors.joining("; ")));
    }
  }

  private static String sentence(Error violation, RowShape shape) {
    String field = field(violation, shape);
    return switch (violation.getKeyword()) {
      case "required" -> label(field) + " is missing";
      case "minLength" -> label(field) + " is empty";
      case "maxLength" -> field + " must have at most " + rule(violation) + " characters";
      case "type" -> field + " must be of type " + rule(violation);
      case "format" -> field + " must be a date-time such as 2026-01-31T09:30:00Z (RFC 3339)";
      case "enum" -> field + " must be system, user or assistant";
      case "exclusiveMinimum" -> field + " must be above " + rule(violation);
      case "contains", "minContains" -> "has no label: " + field + " has no assistant turn";
      case "not" ->
          field.isEmpty()
              ? "has both messages and a prompt or completion: keep one"
              : field + " must not have control characters";
      default -> field + " breaks the rule " + violation.getKeyword() + " of " + RESOURCE;
    };
  }

  private static String label(String field) {
    return field.equals("completion") || field.equals("target") ? "has no label: " + field : field;
  }

  private static String rule(Error violation) {
    return violation.getSchemaNode().asText();
  }

  // Only names from the schema can appear: it says nothing about fields that it does not know.
  private static String field(Error violation, RowShape shape) {
    StringBuilder path = new StringBuilder();
    NodePath location = violation.getInstanceLocation();
    for (int i = 0; i < location.getNameCount(); i++) {
      append(path, location.getElement(i), shape);
    }
    if (violation.getKeyword().equals("required")) {
      append(path, violation.getProperty(), shape);
    }
    return path.toString();
  }

  private static void append(StringBuilder path, Object element, RowShape shape) {
    if (element instanceof Integer index) {
      path.append('[').append(index).append(']');
    } else if (path.length() == 0) {
      path.append(shape.originalName(element.toString()));
    } else {
      path.append('.').append(element);
    }
  }
}
