package dev.sluice.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.serde.ManifestJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainCheckTest {

  private static final String PARENT =
      """
      {"v":1,"adapter":"a","version":1,"parent":null,"attempt":10,"createdAt":"2026-01-01T00:00:00Z",
       "step":2,"updates":2,"partition":0,"nextOffset":9,
       "steps":[{"step":1,"firstOffset":0,"lastOffset":3,"examples":4,"skipped":null},
                {"step":2,"firstOffset":4,"lastOffset":7,"examples":3,"skipped":null}],
       "files":[],"baseModel":{"name":"m","sha256":"abababababababababababababababababababababababababababababababab"},
       "environment":{"sluice":"1","libtorch":"e","flavor":"cpu","device":"cpu","precision":"fp32",
        "quantization":"none","cpu":"c","threads":1,"seed":1},
       "configuration":{},"counts":{"examples":7,"rejected":2,"skippedSteps":0,"bySource":{}},"excluded":[],"scores":null,"knowledgeCutoff":null,"parentHash":null,
       "seal":{"lineageHash":"abababababababababababababababababababababababababababababababab","signature":null}}
      """;

  private static final String CHILD =
      """
      {"v":1,"adapter":"a","version":2,"parent":1,"attempt":11,"createdAt":"2026-01-01T00:00:00Z",
       "step":4,"updates":3,"partition":0,"nextOffset":15,
       "steps":[{"step":3,"firstOffset":10,"lastOffset":12,"examples":3,"skipped":null},
                {"step":4,"firstOffset":13,"lastOffset":14,"examples":2,"skipped":"NaN"}],
       "files":[],"baseModel":{"name":"m","sha256":"abababababababababababababababababababababababababababababababab"},
       "environment":{"sluice":"1","libtorch":"e","flavor":"cpu","device":"cpu","precision":"fp32",
        "quantization":"none","cpu":"c","threads":1,"seed":1},
       "configuration":{},"counts":{"examples":12,"rejected":3,"skippedSteps":1,"bySource":{}},"excluded":[],"scores":null,"knowledgeCutoff":null,
       "parentHash":"abababababababababababababababababababababababababababababababab",
       "seal":{"lineageHash":"abababababababababababababababababababababababababababababababab","signature":null}}
      """;

  @Test
  void aSoundChainHasNoFindings() {
    assertEquals(List.of(), new ChainCheck(manifest(PARENT), null).findings());
    assertEquals(List.of(), findings(CHILD));
  }

  @Test
  void aStepThatIsMissingOrTwiceThereIsFound() {
    assertFinds("step 5 stands where step 4 is due", "\"step\":4,\"first", "\"step\":5,\"first");
    assertFinds(
        "its last step is 4, but it says 7", "\"step\":4,\"updates", "\"step\":7,\"updates");
  }

  @Test
  void anExampleThatIsTrainedTwiceIsFound() {
    assertFinds(
        "everything before offset 9 was trained already",
        "\"firstOffset\":10",
        "\"firstOffset\":8");
    assertFinds(
        "everything before offset 13 was trained already",
        "\"firstOffset\":13",
        "\"firstOffset\":12");
    assertFinds("everything before offset 15 is trained", "\"nextOffset\":15", "\"nextOffset\":14");
  }

  @Test
  void countsThatDoNotAddUpAreFound() {
    assertFinds(
        "its steps have 5 examples, but its count has grown by 6",
        "\"examples\":12",
        "\"examples\":13");
    assertFinds(
        "1 skipped steps, but their count has grown by 0",
        "\"skippedSteps\":1",
        "\"skippedSteps\":0");
    assertFinds("offsets 9 to 14 have 6", "\"rejected\":3", "\"rejected\":4");
    assertFinds("step 3 counts 4 examples at offsets 10 to 12", "\"examples\":3", "\"examples\":4");
  }

  @Test
  void whatDoesNotFitItsParentIsFound() {
    assertFinds("which is not older", "\"version\":2", "\"version\":1");
    assertFinds("its attempt 9 is lower than its parent's 10", "\"attempt\":11", "\"attempt\":9");
    assertFinds("its parent from 0", "\"partition\":0", "\"partition\":3");
    assertFinds("its base model is m, but its parent's is m", "\"sha256\":\"ab", "\"sha256\":\"cd");
  }

  private static void assertFinds(String finding, String sound, String unsound) {
    assertTrue(CHILD.contains(sound), sound);
    List<String> findings = findings(CHILD.replace(sound, unsound));
    assertTrue(
        findings.stream().anyMatch(f -> f.contains(finding)), () -> finding + ": " + findings);
  }

  private static List<String> findings(String child) {
    return new ChainCheck(manifest(child), manifest(PARENT)).findings();
  }

  private static Manifest manifest(String json) {
    return ManifestJson.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
