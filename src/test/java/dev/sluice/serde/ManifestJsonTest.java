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
import dev.sluice.checkpoint.Manifest.Scores;
import dev.sluice.checkpoint.Manifests;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestJsonTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void readsBackWhatItWrote() {
    Manifest manifest = ManifestSeal.seal(Manifests.draft(), null);
    assertEquals(manifest, ManifestJson.read(ManifestJson.write(manifest)));
  }

  @Test
  void theFirstVersionHasNoParentAndPerhapsNoScoresAndNoKnowledgeCutoff() throws IOException {
    Manifest manifest = first();
    assertEquals(manifest, ManifestJson.read(ManifestJson.write(manifest)));
    assertTrue(json(manifest).get("parent").isNull());
    assertTrue(json(manifest).get("parentHash").isNull());
    assertTrue(json(manifest).get("scores").isNull());
  }

  /** These bytes are hashed and signed: other ones for the same manifest are another format. */
  @Test
  void writesTheCanonicalForm() {
    String expected =
        """
        {"adapter":"sentiment","attempt":1700000000000,\
        "baseModel":{"name":"org/base","sha256":"%s"},\
        "configuration":{"lora.rank":"16","seed":"42"},\
        "counts":{"bySource":{"b":300,"newswire":1600},"examples":1900,"rejected":7,"skippedSteps":2},\
        "createdAt":"2026-03-01T12:30:00Z",\
        "environment":{"cpu":"amd64 AVX2","device":"cpu","flavor":"cpu","libtorch":"2.7.1",\
        "precision":"fp32","quantization":"none","seed":-9223372036854775808,"sluice":"0.1.0",\
        "threads":4},\
        "excluded":["example-17"],\
        "files":[{"bytes":812,"chunks":1,"firstChunk":40,"lastChunk":40,\
        "name":"adapter_config.json","sha256":"%s"}],\
        "knowledgeCutoff":"2026-03-01T12:00:00.123456789Z","nextOffset":9001,\
        "parent":4,"parentHash":"%s","partition":3,\
        "scores":{"accuracy":0.9375,"lossNats":0.0213},"step":120,\
        "steps":[{"examples":16,"firstOffset":8000,"lastOffset":8499,"skipped":null,"step":119},\
        {"examples":16,"firstOffset":8500,"lastOffset":9000,\
        "skipped":"the loss or a gradient is not finite","step":120}],\
        "updates":118,"v":1,"version":5}\
        """
            .formatted("cd".repeat(32), "ab".repeat(32), "12".repeat(32));
    assertEquals(expected, new String(ManifestJson.write(Manifests.draft()), UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0001, 0.0001",
    "0.00004, 0",
    "1, 1",
    "12.5, 12.5",
    "0.12345, 0.1234",
    "1e20, 100000000000000000000"
  })
  void scoresAreDecimalsWithoutAnExponent(double lossNats, String written) {
    Manifest manifest =
        ManifestSeal.seal(new Manifests().scores(new Scores(lossNats, 1)).build(), null);
    String json = new String(ManifestJson.write(manifest), UTF_8);
    assertTrue(json.contains("{\"accuracy\":1,\"lossNats\":" + written + "}"), json);
    assertEquals(manifest, ManifestJson.read(ManifestJson.write(manifest)));
  }

  @Test
  void textIsEscapedNoMoreThanItMustBe() {
    Manifest manifest =
        new Manifests().bySource(Map.of("é/<\u2028😀\"\\\n\u001f\u007f", 1L)).build();
    String json = new String(ManifestJson.write(manifest), UTF_8);
    assertTrue(json.contains("é/<\u2028😀\\\"\\\\\\n\\u001f\u007f"), json);
  }

  @Test
  void refusesANewerFormatAndSaysWhatToDo() throws IOException {
    byte[] newer = bytes(json(first()).put("v", 2).put("unheardOf", true));
    Throwable failure = assertThrows(PayloadException.class, () -> ManifestJson.read(newer));
    assertSays(
        "a manifest is of format 2, but this version of Sluice reads formats up to 1", failure);
    assertSays("update Sluice", failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "null",
        "3",
        "{}",
        "{\"v\":1",
        "{\"v\":1}",
        "{\"v\":1,\"steps\":3}",
        "{\"v\":1,\"v\":1}"
      })
  void refusesWhatIsNoManifest(String value) {
    assertSays(
        "a record of the checkpoints topic is not a manifest",
        assertThrows(PayloadException.class, () -> ManifestJson.read(value.getBytes(UTF_8))));
  }

  @Test
  void refusesWhatFollowsAManifest() {
    String twice = new String(ManifestJson.write(first()), UTF_8) + "{}";
    assertThrows(PayloadException.class, () -> ManifestJson.read(twice.getBytes(UTF_8)));
  }

  @Test
  void refusesANumberThatNoManifestCanHold() throws IOException {
    byte[] huge =
        new String(ManifestJson.write(first()), UTF_8)
            .replace("\"step\":120,", "\"step\":99999999999999999999,")
            .getBytes(UTF_8);
    assertThrows(PayloadException.class, () -> ManifestJson.read(huge));
    byte[] fraction =
        new String(ManifestJson.write(first()), UTF_8)
            .replace("\"step\":120,", "\"step\":120.0,")
            .getBytes(UTF_8);
    assertThrows(PayloadException.class, () -> ManifestJson.read(fraction));
  }

  @Test
  void keysNameTheVersionAndThePiece() {
    assertEquals("sentiment@5", new String(ManifestJson.key(Manifests.draft()), UTF_8));
    assertEquals(
        "sentiment@5/adapter_config.json/0",
        new String(ManifestJson.chunkKey("sentiment", 5, "adapter_config.json", 0), UTF_8));
  }

  private static Manifest first() {
    return ManifestSeal.seal(
        new Manifests().version(1).parent(null, null).scores(null).knowledgeCutoff(null).build(),
        null);
  }

  private static ObjectNode json(Manifest manifest) throws IOException {
    return (ObjectNode) JSON.readTree(ManifestJson.write(manifest));
  }

  private static byte[] bytes(JsonNode json) throws IOException {
    return JSON.writeValueAsBytes(json);
  }
}
