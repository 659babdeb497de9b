package dev.sluice.serde;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestSchemaTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void acceptsWhatATrainerWrites() throws IOException {
    Manifest draft = Manifests.draft();
    JsonNode json = JSON.readTree(ManifestJson.write(ManifestSeal.seal(draft, null)));
    assertDoesNotThrow(() -> ManifestSchema.check(json));
  }

  @Test
  void anyFieldThatIsMissingIsNamed() throws IOException {
    List<String> fields = objectFields(sealed(), "");
    assertTrue(fields.size() > 40, fields.toString());
    assertAll(
        fields.stream()
            .map(
                field ->
                    () -> {
                      ObjectNode json = sealed();
                      JsonPointer at = JsonPointer.compile("/" + field.replace('.', '/'));
                      ((ObjectNode) json.at(at.head())).remove(at.last().getMatchingProperty());
                      assertEquals(
                          ManifestJson.NOT_A_MANIFEST + ": " + dotted(field) + " is missing",
                          refusal(json));
                    }));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version | 0 | version must be at least 1",
        "adapter | \"\" | adapter is empty",
        "step | \"120\" | step must be of type \"integer\"",
        "createdAt | \"today\" | createdAt must be a time such as 2026-01-31T09:30:00Z",
        "steps.0.skipped | true | steps[0].skipped must be of type [\"string\",\"null\"]",
        "files.0.sha256 | \"AB\" | files[0].sha256 must match \"^[0-9a-f]{64}$\"",
        "scores.accuracy | 1.5 | scores.accuracy must be at most 1",
        "counts.bySource.b | 0 | counts.bySource.b must be at least 1",
        "configuration.seed | 42 | configuration.seed must be of type \"string\"",
        "parentHash | null | parentHash must be of type \"string\"",
        "parent | null | parentHash must be of type \"null\"",
        "unheardOf | 1 | unheardOf is unknown to this version of Sluice",
        "environment.gpu | 1 | environment.gpu is unknown to this version of Sluice",
        "seal.signature | {\"keyId\":\"ab\",\"value\":\"\"} | seal.signature.keyId must match",
      })
  void aFieldThatBreaksARuleIsNamedWithTheRule(String field, String value, String says)
      throws IOException {
    ObjectNode json = sealed();
    JsonPointer at = JsonPointer.compile("/" + field.replace('.', '/'));
    ((ObjectNode) json.at(at.head())).set(at.last().getMatchingProperty(), JSON.readTree(value));
    String refusal = refusal(json);
    assertTrue(refusal.contains(says), refusal);
  }

  @Test
  void thePageExplainsEveryField() throws IOException {
    String page = Files.readString(Path.of("docs/lineage.md"));
    JsonNode schema =
        JSON.readTree(
            Files.readString(
                Path.of("src/main/resources/dev/sluice/serde", ManifestSchema.RESOURCE)));
    assertAll(
        properties(schema, "").stream()
            .map(field -> () -> assertTrue(page.contains("| `" + field + "` |"), field)));
  }

  private static List<String> properties(JsonNode schema, String prefix) {
    List<String> names = new ArrayList<>();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String name = prefix + property.getKey();
              List<String> inside = properties(property.getValue(), name + ".");
              inside.addAll(properties(property.getValue().path("items"), name + "[]."));
              if (inside.isEmpty()) {
                names.add(name);
              }
              names.addAll(inside);
            });
    return names;
  }

  /** The fields of fixed name, with dots between. */
  private static List<String> objectFields(JsonNode node, String prefix) {
    List<String> fields = new ArrayList<>();
    if (prefix.equals("configuration.") || prefix.equals("counts.bySource.")) {
      return fields;
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        fields.addAll(objectFields(node.get(i), prefix + i + "."));
      }
    }
    node.properties()
        .forEach(
            field -> {
              if (!field.getKey().equals("v")) { // without it, it is an older format
                fields.add(prefix + field.getKey());
              }
              fields.addAll(objectFields(field.getValue(), prefix + field.getKey() + "."));
            });
    return fields;
  }

  private static String dotted(String field) {
    return field.replaceAll("\\.(\\d+)", "[$1]");
  }

  private static String refusal(JsonNode json) {
    PayloadException failure =
        assertThrows(PayloadException.class, () -> ManifestSchema.check(json));
    assertSays("a record of the checkpoints topic is not a manifest", failure);
    return String.valueOf(failure.getMessage());
  }

  private static ObjectNode sealed() throws IOException {
    return (ObjectNode)
        JSON.readTree(ManifestJson.write(ManifestSeal.seal(Manifests.draft(), null)));
  }
}
