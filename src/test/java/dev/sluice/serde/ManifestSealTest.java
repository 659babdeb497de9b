package dev.sluice.serde;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifests;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.SigningKey;
import dev.sluice.checkpoint.SigningKeys;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestSealTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void theHashIsThatOfTheCanonicalBytesWithoutTheSeal() {
    Manifest sealed = ManifestSeal.seal(Manifests.draft(), null);
    assertEquals(Sha256.of(ManifestJson.write(Manifests.draft())), sealed.lineageHash());
    assertEquals(sealed.lineageHash(), ManifestSeal.hash(sealed));
    assertFalse(sealed.isSigned());
  }

  /**
   * If this hash changes, manifests that are on topics can no longer be checked: that is format 2.
   */
  @Test
  void theHashOfAManifestNeverChanges() {
    assertEquals(
        "518f3f57ae61b6807335441fa514a43cb50110799441c74bde15dd57d99b08b3",
        ManifestSeal.hash(Manifests.draft()));
  }

  @Test
  void aChangeOfAnyFieldIsFound() throws IOException {
    Manifest sealed = ManifestSeal.seal(Manifests.draft(), null);
    JsonNode tree = JSON.readTree(ManifestJson.write(sealed));
    List<JsonPointer> leaves = leaves(tree, JsonPointer.empty());
    assertTrue(leaves.size() > 40, leaves.toString());
    assertAll(
        leaves.stream()
            .filter(leaf -> !leaf.toString().startsWith("/seal/signature"))
            .flatMap(leaf -> changes(tree, leaf).stream())
            .map(changed -> () -> assertRefused(changed)));
  }

  @Test
  void everyFieldHasAPartInTheHash() throws IOException {
    Manifest sealed = ManifestSeal.seal(Manifests.draft(), null);
    JsonNode tree = JSON.readTree(ManifestJson.write(sealed));
    var hashes = new HashSet<String>();
    int read = 0;
    for (JsonPointer leaf : leaves(tree, JsonPointer.empty())) {
      if (leaf.toString().startsWith("/seal")) {
        continue;
      }
      for (JsonNode changed : changes(tree, leaf)) {
        Optional<Manifest> manifest = readable(JSON.writeValueAsBytes(changed));
        read += manifest.isPresent() ? 1 : 0;
        manifest.map(ManifestSeal::hash).ifPresent(hashes::add);
      }
    }
    assertTrue(read > 40, read + " changes make another manifest");
    assertEquals(read, hashes.size());
    assertFalse(hashes.contains(sealed.lineageHash()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aChangeOfAnyByteIsFound(long seed, @TempDir Path directory) throws IOException {
    Path trustedKey = directory.resolve("public.pem");
    SigningKey key = SigningKeys.write(directory.resolve("private.pem"), trustedKey);
    TrustedKeys trusted = TrustedKeys.read(List.of(trustedKey));
    Manifest sealed = ManifestSeal.seal(Manifests.draft(), key);
    byte[] bytes = ManifestJson.write(sealed);
    Random random = new Random(seed);
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 + random.nextInt(255));
      Optional<Manifest> read = readable(changed);
      if (read.isPresent() && !read.get().equals(sealed)) { // 't' in a time means what 'T' does
        assertThrows(
            UntrustedManifestException.class,
            () -> ManifestSeal.check(read.get(), Optional.empty(), trusted),
            () -> new String(changed, UTF_8));
      }
    }
  }

  @Test
  void theParentIsBoundByItsHash() {
    Manifest parent =
        ManifestSeal.seal(new Manifests().version(4).parent(null, null).build(), null);
    Manifest child =
        ManifestSeal.seal(new Manifests().parent(4L, parent.lineageHash()).build(), null);
    ManifestSeal.check(child, Optional.of(parent), TrustedKeys.NONE);
    ManifestSeal.check(child, Optional.empty(), TrustedKeys.NONE);

    Manifest other =
        ManifestSeal.seal(
            new Manifests().version(4).parent(null, null).knowledgeCutoff(null).build(), null);
    assertNotEquals(parent.lineageHash(), other.lineageHash());
    assertSays("sentiment@5 was made from a parent with lineage hash", refusal(child, other));
    assertSays("but sentiment@4 gives", refusal(child, other.withSeal(parent.seal())));
  }

  @Test
  void aHashThatIsRightNeedsItsSignatureToo(@TempDir Path directory) throws IOException {
    Path trustedKey = directory.resolve("public.pem");
    SigningKey ours = SigningKeys.write(directory.resolve("private.pem"), trustedKey);
    SigningKey theirs =
        SigningKeys.write(directory.resolve("theirs.pem"), directory.resolve("theirs.pub"));
    TrustedKeys trusted = TrustedKeys.read(List.of(trustedKey));

    ManifestSeal.check(ManifestSeal.seal(Manifests.draft(), ours), Optional.empty(), trusted);
    for (Manifest foreign :
        List.of(
            ManifestSeal.seal(Manifests.draft(), theirs),
            ManifestSeal.seal(Manifests.draft(), null))) {
      assertThrows(
          UntrustedManifestException.class,
          () -> ManifestSeal.check(foreign, Optional.empty(), trusted));
    }
  }

  private static void assertRefused(JsonNode changed) throws IOException {
    readable(JSON.writeValueAsBytes(changed))
        .ifPresent(
            manifest ->
                assertThrows(
                    UntrustedManifestException.class,
                    () -> ManifestSeal.check(manifest, Optional.empty(), TrustedKeys.NONE),
                    changed::toString));
  }

  /** Empty if it is not even a manifest. */
  private static Optional<Manifest> readable(byte[] bytes) {
    try {
      return Optional.of(ManifestJson.read(bytes));
    } catch (PayloadException e) {
      return Optional.empty();
    }
  }

  private static UntrustedManifestException refusal(Manifest child, Manifest parent) {
    return assertThrows(
        UntrustedManifestException.class,
        () -> ManifestSeal.check(child, Optional.of(parent), TrustedKeys.NONE));
  }

  /** Every value that is no object and no list, and the empty ones of these. */
  private static List<JsonPointer> leaves(JsonNode node, JsonPointer at) {
    List<JsonPointer> leaves = new ArrayList<>();
    if (!node.isContainerNode() || node.isEmpty()) {
      leaves.add(at);
    }
    node.properties()
        .forEach(f -> leaves.addAll(leaves(f.getValue(), at.appendProperty(f.getKey()))));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        leaves.addAll(leaves(node.get(i), at.appendIndex(i)));
      }
    }
    return leaves;
  }

  /** The tree with another value there, for several of them. */
  private static List<JsonNode> changes(JsonNode tree, JsonPointer at) {
    JsonNode value = tree.at(at);
    List<Object> others = new ArrayList<>();
    if (value.isIntegralNumber()) {
      others.add(value.longValue() + 1);
    } else if (value.isNumber()) {
      others.add(value.doubleValue() / 2);
    } else {
      others.add(value.asText() + "x");
      others.add(value.asText().replace('a', 'b').replace('1', '2'));
    }
    if (!value.isNull()) {
      others.add(null);
    }
    return others.stream()
        .map(other -> with(tree, at, JSON.valueToTree(other)))
        .filter(changed -> !changed.equals(tree))
        .toList();
  }

  private static JsonNode with(JsonNode tree, JsonPointer at, JsonNode value) {
    ContainerNode<?> copy = tree.deepCopy();
    JsonNode parent = copy.at(at.head());
    if (parent instanceof ArrayNode array) {
      array.set(at.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) parent).set(at.last().getMatchingProperty(), value);
    }
    return copy;
  }
}
