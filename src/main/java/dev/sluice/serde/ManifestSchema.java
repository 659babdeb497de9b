package dev.sluice.serde;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.path.NodePath;
import java.util.List;
import java.util.stream.Collectors;

/** The JSON Schema of manifests, and its violations as sentences that name field and rule. */
final class ManifestSchema {

  static final String RESOURCE = "manifest-v1.schema.json";

  private static final int MAX_VIOLATIONS_NAMED = 3;

  private static final Schema SCHEMA = SchemaResource.load(RESOURCE);

  private ManifestSchema() {}

  /**
   * @throws PayloadException naming the first fields that break a rule
   */
  static void check(JsonNode manifest) {
    List<Error> violations = SCHEMA.validate(manifest);
    if (!violations.isEmpty()) {
      throw new PayloadException(
          ManifestJson.NOT_A_MANIFEST
              + ": "
              + violations.stream()
                  .map(ManifestSchema::sentence)
                  .distinct()
                  .limit(MAX_VIOLATIONS_NAMED)
                  .collect(Collectors.joining("; ")));
    }
  }

  private static String sentence(Error violation) {
    String field = field(violation);
    String rule = violation.getSchemaNode().toString();
    return switch (violation.getKeyword()) {
      case "required" -> field + " is missing";
      case "additionalProperties" -> field + " is unknown to this version of Sluice";
      case "type" -> field.isEmpty() ? "it is no JSON object" : field + " must be of type " + rule;
      case "pattern" -> field + " must match " + rule;
      case "format" -> field + " must be a time such as 2026-01-31T09:30:00Z (RFC 3339)";
      case "minimum" -> field + " must be at least " + rule;
      case "maximum" -> field + " must be at most " + rule;
      case "minLength" -> field + " is empty";
      default -> field + " breaks the rule " + violation.getKeyword() + " of " + RESOURCE;
    };
  }

  private static String field(Error violation) {
    StringBuilder path = new StringBuilder();
    NodePath location = violation.getInstanceLocation();
    for (int i = 0; i < location.getNameCount(); i++) {
      append(path, location.getElement(i));
    }
    if (violation.getProperty() != null) {
      append(path, violation.getProperty());
    }
    return path.toString();
  }

  private static void append(StringBuilder path, Object element) {
    if (element instanceof Integer index) {
      path.append('[').append(index).append(']');
    } else {
      path.append(path.length() == 0 ? "" : ".").append(element);
    }
  }
}
