package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.data.IngestResult;
import dev.sluice.serde.ExampleJson.Defaults;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleJsonRejectionTest {

  private static final String ROW = "{\"context\":\"c\",\"target\":\"t\",";
  private static final String V1 = "{\"v\":1,\"id\":\"1\",\"adapter\":\"a\",";
  private static final String VALID = V1 + "\"prompt\":\"p\",\"completion\":\"c\",";

  private final ExampleJson json = new ExampleJson(ExampleJson.DEFAULT_MAX_BYTES);

  @Test
  void rejectsNothing() {
    assertEquals("is empty", reason((byte[]) null));
    assertEquals("is empty", reason(new byte[0]));
    assertEquals("is empty", reason("  \n "));
  }

  @Test
  void rejectsMoreBytesThanTheLimitWithoutReadingThem() {
    assertEquals(
        "is 300,000 bytes, more than example.max.bytes (262,144)", reason(new byte[300_000]));
  }

  @Test
  void rejectsWhatIsNotUtf8() {
    assertEquals("is not UTF-8", reason(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));
    assertEquals("is not UTF-8", reason("{\"context\":\"ü\"}".getBytes(ISO_8859_1)));
  }

  @Test
  void rejectsWhatIsNotJsonWithItsPositionOnly() {
    assertEquals("is not JSON: see line 2, column 14", reason("{\n  \"context\": secret}"));
  }

  @Test
  void rejectsASecondObjectAndRepeatedFields() {
    String start = "must be a single JSON object that names each field once: see line 1, column ";
    assertEquals(start + "4", reason("{} {}"));
    assertEquals(start + "12", reason("{\"a\":1,\"a\":2}"));
  }

  @Test
  void rejectsWhatIsNestedTooDeeply() {
    String reason = reason("{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}");

    assertEquals("is nested too deeply", reason.substring(0, 20));
  }

  @Test
  void rejectsNumbersThatNoDecimalCanHold() {
    assertEquals(
        "has a number whose exponent is too large", reason(VALID + "\"x\":1e99999999999}"));
  }

  @Test
  void rejectsHalfOfASurrogatePair() {
    assertEquals(StrictJson.LONE_SURROGATE, reason("{\"context\":\"\\ud800\",\"target\":\"t\"}"));
    assertEquals(StrictJson.LONE_SURROGATE, reason(VALID + "\"\\udc00\":1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]     | must be a JSON object but is of type array",
        "'\"x\"' | must be a JSON object but is of type string",
        "null    | must be a JSON object but is of type null",
      })
  void rejectsWhatIsNoObject(String value, String reason) {
    assertEquals(reason, reason(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2     | unknown version 2: this Sluice reads version 1",
        "-1    | unknown version -1: this Sluice reads version 1",
        "1.5   | unknown version: this Sluice reads version 1",
        "1e999 | unknown version: this Sluice reads version 1",
        "'\"1\"' | v must be the number 1",
        "null  | v must be the number 1",
      })
  void rejectsOtherVersions(String version, String reason) {
    assertEquals(reason, reason("{\"v\":" + version + "}"));
  }

  @Test
  void rejectsUnversionedObjectsOfNoKnownKind() {
    assertEquals(
        "has no version: add \"v\":1, or send a row of context and target, or messages",
        reason("{\"prompt\":\"p\",\"completion\":\"c\"}"));
  }

  @Test
  void rejectsVersion1WithoutAdapterEvenIfThereIsADefault() {
    String value = "{\"v\":1,\"id\":\"1\",\"prompt\":\"p\",\"completion\":\"c\"}";

    var result = json.parse(value.getBytes(UTF_8), new Defaults("sentiment", "t", "s"));

    assertEquals(new IngestResult.Rejected("adapter is missing"), result);
  }

  @Test
  void rejectsARowWithoutAdapterIfThereIsNoDefault() {
    assertEquals("adapter is missing", reason("{\"context\":\"c\",\"target\":\"t\"}"));
  }

  @Test
  void namesWhatIsMissing() {
    assertEquals("id is missing; adapter is missing; prompt is missing", reason("{\"v\":1}"));
    assertEquals("has no label: completion is missing", reason(V1 + "\"prompt\":\"p\"}"));
    assertEquals(
        "has no label: completion is empty", reason(V1 + "\"prompt\":\"p\",\"completion\":\"\"}"));
    assertEquals(
        "has no label: target is missing", reason("{\"context\":\"c\",\"adapter\":\"a\"}"));
    assertEquals("context is missing", reason("{\"target\":\"c\",\"adapter\":\"a\"}"));
    assertEquals(
        "has no label: messages has no assistant turn",
        reason(V1 + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"));
    assertEquals("has no label: messages has no assistant turn", reason(V1 + "\"messages\":[]}"));
  }

  @Test
  void namesFieldsThatSayTheSameTwice() {
    String turn = "\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]}";
    assertEquals("has both messages and a prompt or completion: keep one", reason(VALID + turn));
    assertEquals("has both context and prompt: keep one", reason(ROW + "\"prompt\":\"p\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"task\":7                       | task must be of type string",
        "\"source\":null                  | source must be of type string",
        "\"weight\":\"secret\"            | weight must be of type number",
        "\"weight\":0                     | weight must be above 0",
        "\"weight\":-2.5                  | weight must be above 0",
        "\"weight\":1e999                 | weight is too large or too small for a double",
        "\"weight\":1e-999                | weight is too large or too small for a double",
        "\"eventTime\":\"secret\"         | eventTime must be a date-time such as"
            + " 2026-01-31T09:30:00Z (RFC 3339)",
        "\"labelTime\":\"2026-01-31\"     | labelTime must be a date-time such as"
            + " 2026-01-31T09:30:00Z (RFC 3339)",
        "\"eventTime\":\"0000-01-01T00:00:00+01:00\" | eventTime is a time that Sluice cannot"
            + " represent",
      })
  void namesFieldAndRuleOfOptionalFields(String field, String reason) {
    assertEquals(reason, reason(VALID + field + "}"));
  }

  @Test
  void namesFieldAndRuleOfIdAndAdapter() {
    String text = "\"prompt\":\"p\",\"completion\":\"c\"}";
    assertEquals(
        "id must have at most 200 characters; adapter must not have control characters",
        reason("{\"v\":1,\"id\":\"" + "i".repeat(201) + "\",\"adapter\":\"a\\u0000\"," + text));
    assertEquals("id is empty", reason("{\"v\":1,\"id\":\"\",\"adapter\":\"a\"," + text));
    assertEquals(
        "id must be of type string", reason("{\"v\":1,\"id\":5,\"adapter\":\"a\"," + text));
  }

  @Test
  void namesTheTurnOfAConversation() {
    String turn = "{\"role\":\"assistant\",\"content\":\"x\"}";
    assertEquals(
        "messages[1].role must be system, user or assistant",
        reason(V1 + "\"messages\":[" + turn + ",{\"role\":\"secret\",\"content\":\"x\"}]}"));
    assertEquals(
        "messages[1].content is missing",
        reason(V1 + "\"messages\":[" + turn + ",{\"role\":\"user\"}]}"));
    assertEquals(
        "messages[0].content is empty",
        reason(V1 + "\"messages\":[{\"role\":\"system\",\"content\":\"\"}," + turn + "]}"));
    assertEquals("messages must be of type array", reason(V1 + "\"messages\":\"secret\"}"));
  }

  private String reason(String value) {
    return reason(value.getBytes(UTF_8));
  }

  private String reason(byte @Nullable [] value) {
    IngestResult result = json.parse(value, Defaults.NONE);
    return assertInstanceOf(IngestResult.Rejected.class, result, result::toString).reason();
  }
}
