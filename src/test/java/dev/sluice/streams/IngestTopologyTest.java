package dev.sluice.streams;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SourcePosition;
import dev.sluice.serde.RejectionHeaders;
import dev.sluice.serde.RejectionHeaders.Rejection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestTopologyTest {

  private static final Duration WINDOW = IngestDriver.SETTINGS.dedupeWindow();
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final IngestDriver ingest;

  IngestTopologyTest(@TempDir Path stateDir) {
    ingest = new IngestDriver(stateDir);
    ingest.register("sentiment", 0);
    ingest.register("risk", 3);
  }

  @AfterEach
  void close() {
    ingest.close();
  }

  @Test
  void sendsAnExampleToTheTrainTopicUnderItsId() {
    ingest.send("key", example("sentiment", "1"));

    TestRecord<String, String> trained = ingest.trained().get(0);
    assertEquals("1", trained.key());
    assertEquals(
        "{\"v\":1,\"id\":\"1\",\"adapter\":\"sentiment\",\"task\":\"default\",\"prompt\":\"p\","
            + "\"completion\":\"c\",\"source\":\"unknown\",\"weight\":1.0}",
        trained.value());
    assertEquals(0, trained.headers().toArray().length);
    assertEquals(List.of(), ingest.rejected());
    assertEquals(List.of("accepted"), ingest.told());
  }

  @Test
  void sendsEachAdapterToItsOwnPartition() {
    ingest.send(null, example("risk", "1"));
    ingest.send(null, example("sentiment", "1"));
    ingest.send(null, example("risk", "2"));

    assertEquals(List.of(3, 0, 3), ingest.partitions());
  }

  @Test
  void keepsTheBrokersTimeAndIgnoresTimesInThePayload() {
    ingest.send(null, example("risk", "1", "\"eventTime\":\"2999-01-01T00:00:00Z\""));
    ingest.advance(MOMENT);
    ingest.send(null, example("risk", "2"));
    ingest.send(null, example("risk", "1"));

    assertEquals(List.of("1", "2"), ingest.trained().stream().map(TestRecord::key).toList());
    assertEquals(List.of("accepted", "accepted", "duplicate"), ingest.told());
  }

  @Test
  void dropsTheSecondOfTwoExamplesWithOneId() {
    ingest.send("a", example("risk", "1", "\"rank\":\"first\""));
    ingest.send("b", example("risk", "1", "\"rank\":\"second\""));

    List<TestRecord<String, String>> trained = ingest.trained();
    assertEquals(1, trained.size());
    assertTrue(trained.get(0).value().contains("first"));
    assertEquals(List.of(), ingest.rejected());
    assertEquals(List.of("accepted", "duplicate"), ingest.told());
  }

  @Test
  void dropsARowThatIsSentTwice() {
    String row = "{\"context\":\"c\",\"target\":\"t\",\"adapter\":\"risk\"}";
    ingest.send(null, row);
    ingest.send(null, row);

    assertEquals(List.of("accepted", "duplicate"), ingest.told());
  }

  @Test
  void takesOneIdOnceForEachAdapter() {
    ingest.send(null, example("risk", "1"));
    ingest.send(null, example("sentiment", "1"));

    assertEquals(List.of("accepted", "accepted"), ingest.told());
  }

  @Test
  void remembersAnIdToTheEndOfTheWindowAndNotLonger() {
    ingest.send(null, example("risk", "1"));
    ingest.advance(WINDOW);
    ingest.send(null, example("risk", "1"));
    ingest.advance(MOMENT);
    ingest.send(null, example("risk", "1"));

    assertEquals(List.of("accepted", "duplicate", "accepted"), ingest.told());
  }

  @Test
  void remembersAnIdForAPartitionThatLagsBehind() {
    ingest.send(null, example("risk", "1"));
    ingest.advance(WINDOW.plus(WINDOW).minus(MOMENT));
    ingest.send(null, example("risk", "2"));
    ingest.advance(WINDOW.negated());
    ingest.send(null, example("risk", "1"));
    ingest.send(null, example("risk", "2"));

    assertEquals(List.of("accepted", "accepted", "duplicate", "duplicate"), ingest.told());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``               | is empty",
        "{\"v\":          | is not JSON: see line 1, column 6",
        "[]               | must be a JSON object but is of type array",
        "{\"v\":2}        | unknown version 2: this Sluice reads version 1",
        "{\"v\":1,\"id\":\"1\",\"adapter\":\"risk\",\"prompt\":\"p\"} | has no label: completion is"
            + " missing",
        "{\"context\":\"c\",\"target\":\"t\",\"adapter\":\"x\"} | adapter 'x' is not registered;"
            + " run: sluice topics create --adapter x",
        "{\"context\":\"c\",\"target\":\"t\",\"adapter\":\"x; rm\"} | adapter 'x; rm' is not"
            + " registered",
      })
  void rejectsWithTheReasonAndTheOriginal(String value, String reason) {
    ingest.send("0", example("risk", "0"));
    ingest.send("key", value);

    TestRecord<byte[], byte[]> rejected = ingest.rejected().get(0);
    assertArrayEquals("key".getBytes(UTF_8), rejected.key());
    assertArrayEquals(value.getBytes(UTF_8), rejected.value());
    assertEquals(
        Optional.of(new Rejection(reason, new SourcePosition("sluice.examples", 0, 1))),
        RejectionHeaders.read(rejected.headers()));
    assertEquals(List.of("accepted", "rejected"), ingest.told());
  }

  @Test
  void rejectsANullValueWithANullKey() {
    ingest.send(null, (byte[]) null, new RecordHeaders());

    TestRecord<byte[], byte[]> rejected = ingest.rejected().get(0);
    assertNull(rejected.key());
    assertNull(rejected.value());
    assertEquals("is empty", reason(rejected));
  }

  @Test
  void rejectsBytesThatAreNoTextAndKeepsThemWithTheirHeaders() {
    byte[] value = {(byte) 0xff, 0, (byte) 0xc0};
    Headers headers = new RecordHeaders().add("trace", new byte[] {7});
    RejectionHeaders.write(headers, new Rejection("earlier", new SourcePosition("old", 5, 9)));

    ingest.send(null, value, headers);

    TestRecord<byte[], byte[]> rejected = ingest.rejected().get(0);
    assertArrayEquals(value, rejected.value());
    assertArrayEquals(new byte[] {7}, rejected.headers().lastHeader("trace").value());
    assertEquals(5, rejected.headers().toArray().length);
    assertEquals("is not UTF-8", reason(rejected));
  }

  @Test
  void rejectsTooLargeAnExampleAndCopiesIt() {
    byte[] value = new byte[300_000];

    ingest.send(null, value, new RecordHeaders());

    TestRecord<byte[], byte[]> rejected = ingest.rejected().get(0);
    assertArrayEquals(value, rejected.value());
    assertEquals("is 300,000 bytes, more than example.max.bytes (262,144)", reason(rejected));
  }

  @Test
  void leavesWhatNoTopicTakesWhereItIs() {
    Headers headers = new RecordHeaders().add("big", new byte[500_000]);

    ingest.send(null, new byte[500_000], headers);

    TestRecord<byte[], byte[]> rejected = ingest.rejected().get(0);
    assertNull(rejected.value());
    assertEquals(4, rejected.headers().toArray().length);
    assertEquals(
        "is 500,000 bytes, more than example.max.bytes (262,144);"
            + " too large to copy, so read it at its source",
        reason(rejected));
  }

  @Test
  void goesOnAfterEveryKindOfBadRecord() {
    ingest.send(null, (byte[]) null, new RecordHeaders());
    ingest.send(null, new byte[] {(byte) 0xff}, new RecordHeaders());
    ingest.send(null, new byte[1_000_000], new RecordHeaders());
    for (String bad : List.of("", "{", "[]", "{}", "{\"v\":2}", "\"\\ud800\"", "1e999999999")) {
      ingest.send(null, bad);
    }
    ingest.send(null, example("nobody", "1"));
    ingest.send(null, example("risk", "1"));

    assertEquals(11, ingest.rejected().size());
    assertEquals(List.of("1"), ingest.trained().stream().map(TestRecord::key).toList());
  }

  @Test
  void capsTheNameOfAnUnknownAdapter() {
    ingest.send(null, example("x".repeat(150), "1"));

    assertEquals(
        "adapter '" + "x".repeat(100) + "…' is not registered", reason(ingest.rejected().get(0)));
  }

  @Test
  void takesAnExampleAgainThatWasRejectedBeforeItsAdapterWasRegistered() {
    ingest.send(null, example("late", "1"));
    ingest.register("late", 4);
    ingest.send(null, example("late", "1"));

    assertEquals(List.of("rejected", "accepted"), ingest.told());
    assertEquals(List.of(4), ingest.partitions());
  }

  @Test
  void aRowThatNamesNoAdapterIsForTheDefaultOne() {
    ingest.send(null, "{\"context\":\"c\",\"target\":\"t\"}");
    ingest.send(
        null,
        "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"},"
            + "{\"role\":\"assistant\",\"content\":\"a\"}]}");

    assertEquals(List.of("accepted", "accepted"), ingest.told());
    assertEquals(List.of(3, 3), ingest.partitions());
  }

  @Test
  void stopsWithTheRemedyWhenTheTrainTopicLacksTheAdaptersPartition() {
    var failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                IngestTopology.partition(
                    "sluice.train", new ExampleKey(5, "risk", "1"), new byte[0], 5));

    assertSays("sluice topics check", failure);
  }

  private static String reason(TestRecord<byte[], byte[]> rejected) {
    return RejectionHeaders.read(rejected.headers()).orElseThrow().reason();
  }

  private static String example(String adapter, String id) {
    return example(adapter, id, "\"v\":1").replace(",\"v\":1}", "}");
  }

  private static String example(String adapter, String id, String more) {
    return """
    {"v":1,"id":"%s","adapter":"%s","prompt":"p","completion":"c",%s}\
    """
        .formatted(id, adapter, more);
  }
}
