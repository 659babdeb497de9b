package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.ExampleText.Conversation;
import dev.sluice.data.ExampleText.Message;
import dev.sluice.data.IngestResult;
import dev.sluice.data.LabelledExample;
import dev.sluice.serde.ExampleJson.Defaults;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleJsonTest {

  private static final Defaults DEFAULTS = new Defaults("sentiment", "tfns", "file");

  private final ExampleJson json = new ExampleJson(ExampleJson.DEFAULT_MAX_BYTES);

  @Test
  void readsEveryFieldOfVersion1() {
    LabelledExample example =
        accepted(
            """
            {"v":1,"id":"a-1","adapter":"risk","task":"nwgi","prompt":"Is it?","completion":"yes",
             "source":"newswire","eventTime":"2026-11-23T12:00:00Z",
             "labelTime":"2026-11-23T14:00:04.5+02:00","weight":0.5}\
            """);

    assertEquals(
        new LabelledExample(
            "a-1",
            "risk",
            "nwgi",
            new Completion("Is it?", "yes"),
            "newswire",
            Instant.parse("2026-11-23T12:00:00Z"),
            Instant.parse("2026-11-23T12:00:04.5Z"),
            0.5),
        example);
  }

  @Test
  void fillsInTaskSourceAndWeightOfVersion1() {
    LabelledExample example =
        accepted(
            "{\"v\":1,\"id\":\"1\",\"adapter\":\"risk\",\"prompt\":\"\",\"completion\":\"y\"}");

    assertEquals(
        new LabelledExample("1", "risk", "tfns", new Completion("", "y"), "file", null, null, 1.0),
        example);
  }

  @Test
  void readsAFinLoraRowWithTheDefaults() {
    LabelledExample example = accepted("{\"context\":\"Is it?\",\"target\":\"yes\"}");

    assertEquals("sentiment", example.adapter());
    assertEquals("tfns", example.task());
    assertEquals("file", example.source());
    assertEquals(new Completion("Is it?", "yes"), example.text());
  }

  @Test
  void readsABareConversationWithTheDefaults() {
    LabelledExample example =
        accepted(
            """
            {"messages":[{"role":"user","content":"Is it?"},{"role":"assistant","content":"yes"}]}
            """);

    assertEquals("sentiment", example.adapter());
    assertEquals(
        new Conversation(List.of(new Message("user", "Is it?"), new Message("assistant", "yes"))),
        example.text());
  }

  @Test
  void prefersWhatARowNamesOverTheDefaults() {
    LabelledExample example =
        accepted(
            """
            {"context":"c","target":"t","id":"7","adapter":"risk","task":"ner","source":"desk",
             "weight":2}\
            """);

    assertEquals("7", example.id());
    assertEquals("risk", example.adapter());
    assertEquals("ner", example.task());
    assertEquals("desk", example.source());
    assertEquals(2.0, example.weight());
  }

  @Test
  void givesTheSameRowTheSameIdWhateverItsLayout() {
    String id = accepted("{\"context\":\"c\",\"target\":\"t\",\"page\":1}").id();

    assertEquals(id, accepted("{ \"page\": 1, \"target\": \"t\", \"context\": \"\\u0063\" }").id());
    assertNotEquals(id, accepted("{\"context\":\"c\",\"target\":\"u\",\"page\":1}").id());
    assertNotEquals(id, accepted("{\"context\":\"c\",\"target\":\"t\",\"page\":2}").id());
  }

  @Test
  void normalisesARowToVersion1AndKeepsWhatItDoesNotKnow() throws Exception {
    String row =
        """
        {"desk":{"floor":1.50},"target":"yes","id":"7","eventTime":"2026-01-01T01:00:00+01:00",
         "context":"Is it?","score":0.12345678901234567890}\
        """;

    assertEquals(
        "{\"v\":1,\"id\":\"7\",\"adapter\":\"sentiment\",\"task\":\"tfns\",\"prompt\":\"Is it?\","
            + "\"completion\":\"yes\",\"source\":\"file\",\"eventTime\":\"2026-01-01T00:00:00Z\","
            + "\"weight\":1.0,\"desk\":{\"floor\":1.50},\"score\":0.12345678901234567890}",
        normalised(row));
  }

  @Test
  void keepsUnknownFieldsOfMessages() throws Exception {
    String messages = "\"messages\":[{\"name\":\"bot\",\"role\":\"assistant\",\"content\":\"y\"}]";

    String normalised = normalised("{\"id\":\"1\"," + messages + "}");

    assertEquals(
        "{\"v\":1,\"id\":\"1\",\"adapter\":\"sentiment\",\"task\":\"tfns\","
            + messages
            + ",\"source\":\"file\",\"weight\":1.0}",
        normalised);
  }

  @Test
  void refusesToWriteHalfOfASurrogatePairAndDoesNotQuoteIt() {
    LabelledExample example =
        new LabelledExample(
            "1", "a", "t", new Completion("secret\ud800", "y"), "s", null, null, 1.0);

    var thrown = assertThrows(IllegalArgumentException.class, () -> json.write(example));

    assertEquals("an example " + StrictJson.LONE_SURROGATE, thrown.getMessage());
  }

  private LabelledExample accepted(String value) {
    IngestResult result = json.parse(value.getBytes(UTF_8), DEFAULTS);
    return assertInstanceOf(IngestResult.Accepted.class, result, result::toString).example();
  }

  private String normalised(String value) throws RejectedExampleException {
    return new String(json.normalise(value.getBytes(UTF_8), DEFAULTS).json(), UTF_8);
  }
}
