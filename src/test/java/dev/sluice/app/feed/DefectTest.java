package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A feed of bad records only sends each defect in turn. */
class DefectTest {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int LARGEST_RECORD = 262_144;

  private final FinancialFeed feed =
      new FinancialFeed(
          FeedSettings.of(3, "financial", Instant.EPOCH).withDuplicateShare(0).withBadShare(1));

  @Test
  void cutsARecordThatIsNotJson() {
    FeedRecord record = next(Defect.NOT_JSON);
    assertThrows(JsonProcessingException.class, () -> MAPPER.readTree(record.value()));
  }

  @Test
  void claimsAVersionThatNobodyKnows() throws IOException {
    assertEquals(2, parse(Defect.UNKNOWN_VERSION).get("v").intValue());
  }

  @Test
  void leavesOutTheLabel() throws IOException {
    JsonNode example = parse(Defect.WITHOUT_LABEL);
    assertFalse(example.has("completion"));
    assertTrue(example.has("prompt"));
  }

  @Test
  void exceedsTheLargestRecord() {
    int bytes = next(Defect.TOO_LARGE).value().length;
    assertTrue(bytes > LARGEST_RECORD && bytes < 2 * LARGEST_RECORD, () -> bytes + " bytes");
  }

  @Test
  void leavesATooLongPromptForTheTrainerToFind() throws IOException {
    FeedRecord record = next(Defect.PROMPT_TOO_LONG);
    JsonNode example = MAPPER.readTree(record.value());
    int words = example.get("prompt").textValue().split("\\s+").length;
    assertTrue(words > 2 * 512, () -> words + " words");
    assertTrue(record.value().length < LARGEST_RECORD);
    assertTrue(example.has("completion"));
  }

  @Test
  void addressesAnAdapterThatNobodyRegistered() throws IOException {
    assertEquals(
        "financial-unregistered", parse(Defect.UNREGISTERED_ADAPTER).get("adapter").textValue());
  }

  @Test
  void givesEveryBadRecordAKeyAndNoTask() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      FeedRecord record = feed.next();
      assertTrue(record.bad());
      assertNull(record.task());
      assertTrue(keys.add(record.key()), record::key);
    }
  }

  private JsonNode parse(Defect defect) throws IOException {
    return MAPPER.readTree(next(defect).value());
  }

  private FeedRecord next(Defect wanted) {
    FeedRecord record = feed.next();
    for (Defect sent : Defect.values()) {
      if (sent == wanted) {
        return record;
      }
      record = feed.next();
    }
    throw new AssertionError("no record has the defect " + wanted);
  }
}
