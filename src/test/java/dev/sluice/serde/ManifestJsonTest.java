package dev.sluice.serde;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Counts;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Manifest.StepSpan;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestJsonTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void readsBackWhatItWrote() {
    Manifest manifest = manifest(4L, Instant.parse("2026-03-01T12:00:00.123456789Z"));
    assertEquals(manifest, ManifestJson.read(ManifestJson.write(manifest)));
  }

  @Test
  void theFirstVersionHasNoParentAndPerhapsNoKnowledgeCutoff() throws IOException {
    Manifest manifest = manifest(null, null);
    assertEquals(manifest, ManifestJson.read(ManifestJson.write(manifest)));
    assertTrue(json(manifest).get("parent").isNull());
  }

  @Test
  void writesEachFieldOnceAndTimesThatPeopleRead() throws IOException {
    JsonNode json = json(manifest(4L, Instant.EPOCH));
    List<String> fields = new ArrayList<>();
    json.fieldNames().forEachRemaining(fields::add);
    assertEquals(
        List.of(
            "v",
            "adapter",
            "version",
            "parent",
            "attempt",
            "createdAt",
            "step",
            "updates",
            "partition",
            "nextOffset",
            "steps",
            "files",
            "baseModel",
            "environment",
            "configuration",
            "counts",
            "knowledgeCutoff"),
        fields);
    assertEquals("2026-03-01T12:30:00Z", json.get("createdAt").asText());
    assertEquals("1970-01-01T00:00:00Z", json.get("knowledgeCutoff").asText());
  }

  @Test
  void ignoresFieldsOfLaterWriters() throws IOException {
    Manifest manifest = manifest(4L, null);
    ObjectNode json = json(manifest);
    json.put("signature", "x");
    ((ObjectNode) json.get("counts")).put("replayed", 3);
    assertEquals(manifest, ManifestJson.read(bytes(json)));
  }

  @Test
  void refusesANewerFormatAndSaysWhatToDo() throws IOException {
    byte[] newer = bytes(json(manifest(4L, null)).put("v", 2));
    Throwable failure = assertThrows(PayloadException.class, () -> ManifestJson.read(newer));
    assertSays(
        "a manifest of format 2 cannot be read by this Sluice, which knows format 1", failure);
    assertSays("use the version that wrote it or a newer one", failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "null",
        "{}",
        "{\"v\":1",
        "{\"v\":1}",
        "{\"v\":1,\"steps\":3}"
      })
  void refusesWhatIsNoManifest(String value) {
    assertSays(
        "a record of the checkpoints topic is not a manifest",
        assertThrows(PayloadException.class, () -> ManifestJson.read(value.getBytes(UTF_8))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adapter",
        "createdAt",
        "steps",
        "files",
        "baseModel",
        "environment",
        "configuration",
        "counts"
      })
  void refusesAManifestWithoutAFieldThatItNeeds(String field) throws IOException {
    ObjectNode json = json(manifest(4L, null));
    json.remove(field);
    byte[] bytes = bytes(json);
    assertThrows(PayloadException.class, () -> ManifestJson.read(bytes));
  }

  @Test
  void keysNameTheVersionAndThePiece() {
    assertEquals("sentiment@5", new String(ManifestJson.key(manifest(4L, null)), UTF_8));
    assertEquals(
        "sentiment@5/adapter_config.json/0",
        new String(ManifestJson.chunkKey("sentiment", 5, "adapter_config.json", 0), UTF_8));
  }

  private static Manifest manifest(@Nullable Long parent, @Nullable Instant knowledgeCutoff) {
    return new Manifest(
        Manifest.FORMAT,
        "sentiment",
        5,
        parent,
        1_700_000_000_000L,
        Instant.parse("2026-03-01T12:30:00Z"),
        120,
        118,
        3,
        9001,
        List.of(new StepSpan(119, 8000, 8499, 16, false), new StepSpan(120, 8500, 9000, 16, true)),
        List.of(new FileEntry("adapter_config.json", 812, "ab".repeat(32), 1, 40, 40)),
        new BaseModel("org/base", "cd".repeat(32)),
        new Environment("0.1.0", "libtorch 2.7.1", "cpu", "amd64 AVX2", 4, 42),
        new TreeMap<>(Map.of("lora.rank", "16", "seed", "42")),
        new Counts(1900, 7, 2),
        knowledgeCutoff);
  }

  private static ObjectNode json(Manifest manifest) throws IOException {
    return (ObjectNode) JSON.readTree(ManifestJson.write(manifest));
  }

  private static byte[] bytes(JsonNode json) throws IOException {
    return JSON.writeValueAsBytes(json);
  }
}
