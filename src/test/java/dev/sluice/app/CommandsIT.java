package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.data.SourcePosition;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.serde.RejectionHeaders.Rejection;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a real broker, as a user types them. */
class CommandsIT {

  private final TestBroker broker = TestBroker.shared();
  private final TopicNames topics = broker.freshNames();

  @TempDir Path directory;

  @Test
  void topicsAreCreatedOnceAndChecked() {
    CommandRun first = run("topics", "create", "--adapter", "a", "--adapter", "b");
    assertEquals(0, first.exitCode(), first.err());
    assertTrue(first.out().contains("created"), first.out());
    assertTrue(first.out().contains("adapter b has partition 1"), first.out());

    CommandRun second = run("topics", "create", "--adapter", "a");
    assertTrue(second.out().contains("exists"), second.out());
    assertTrue(second.out().contains("adapter a has partition 0"), second.out());

    CommandRun check = run("topics", "check");
    assertEquals(0, check.exitCode(), check.out());
  }

  @Test
  void checkFailsWhenATopicIsWrong() {
    broker.createTopic(topics.train(), 1, Map.of("cleanup.policy", "compact"));
    run("topics", "create");

    CommandRun check = run("topics", "check");

    assertEquals(1, check.exitCode());
    assertTrue(check.out().contains("adapters.max is 16"), check.out());
    assertTrue(check.out().contains("cleanup.policy"), check.out());
  }

  @Test
  void produceNamesMalformedRowsByTheirLineAndSendsTheRest() throws IOException {
    run("topics", "create");
    Path rows =
        Files.writeString(
            directory.resolve("rows.jsonl"),
            """
            {"context":"a?","target":"b"}
            not json

            {"v":1,"id":"x","adapter":"default","prompt":"p","completion":"c"}
            {"context":"a?"}
            """);

    CommandRun produce = run("produce", "--file", rows.toString(), "--task", "qa");

    assertEquals(1, produce.exitCode());
    assertTrue(produce.err().contains("line 2: is not JSON"), produce.err());
    assertTrue(produce.err().contains("line 5: has no label"), produce.err());
    assertTrue(produce.out().contains("2 rows sent"), produce.out());
    List<String> sent = values(topics.examples());
    assertEquals(2, sent.size());
    assertTrue(sent.stream().anyMatch(v -> v.contains("\"task\":\"qa\"")), "" + sent.size());
  }

  @Test
  void produceCountsForMachines() throws IOException {
    run("topics", "create");
    Path rows =
        Files.writeString(
            directory.resolve("rows.jsonl"), "{\"context\":\"a?\",\"target\":\"b\"}\n\n[]\n");

    CommandRun produce = run("produce", "--file", rows.toString(), "--json");

    assertEquals(1, produce.exitCode());
    JsonNode json = json(produce);
    assertEquals(topics.examples(), json.path("topic").asText());
    assertEquals(1, json.path("sent").asInt());
    assertEquals(1, json.path("malformed").asInt());
  }

  @Test
  void produceSaysWhenTheFileIsMissing() {
    CommandRun produce = run("produce", "--file", directory.resolve("none").toString());

    assertFailsInOneLine(produce, "does not exist");
  }

  @Test
  void rejectedRecordsAreListedWithoutTheirContentAndSentAgainByteForByte() throws IOException {
    run("topics", "create");
    byte[] original = "{\"secret\":".getBytes(UTF_8);
    reject("key-1", original, "is not JSON");
    reject("key-2", "other".getBytes(UTF_8), "is not JSON either");

    CommandRun list = run("rejected", "list");
    assertTrue(list.out().contains("is not JSON"), list.out());
    assertTrue(list.out().contains("2 rejected"), list.out());
    assertFalse(list.out().contains("secret"), "content is shown on demand only");
    JsonNode json = json(run("rejected", "list", "--values", "--json"));
    assertEquals("{\"secret\":", json.get(0).path("value").asText());

    String at = json.get(0).path("partition").asInt() + ":" + json.get(0).path("offset").asLong();
    CommandRun resend = run("rejected", "resend", "--offset", at);
    assertEquals(0, resend.exitCode(), resend.err());
    List<ConsumerRecord<byte[], byte[]>> sent = broker.readCommitted(topics.examples());
    assertEquals(1, sent.size());
    assertArrayEquals(original, sent.get(0).value());
    assertEquals("key-1", new String(sent.get(0).key(), UTF_8));

    assertFailsInOneLine(run("rejected", "resend", "--offset", "0:999"), "no rejected record");
    assertEquals(0, run("rejected", "resend", "--all").exitCode());
    assertEquals(3, broker.readCommitted(topics.examples()).size());
  }

  @Test
  void whatTheTrainerRejectedIsSentToItsPartitionAgainAndWhatWasNotCopiedIsLeftOut() {
    run("topics", "create");
    reject("long", "{}".getBytes(UTF_8), "does not fit", new SourcePosition(topics.train(), 3, 7));
    reject("huge", null, "is too large", new SourcePosition(topics.examples(), 0, 0));

    CommandRun resend = run("rejected", "resend", "--all");

    assertTrue(resend.out().contains("1 records sent again"), resend.out());
    assertTrue(resend.out().contains("1 left out"), resend.out());
    List<ConsumerRecord<byte[], byte[]>> sent = broker.readCommitted(topics.train());
    assertEquals(1, sent.size());
    assertEquals(3, sent.get(0).partition());
    assertEquals(0, broker.readCommitted(topics.examples()).size());
  }

  @Test
  void adaptersWithoutACheckpointAreExplained() {
    run("topics", "create", "--adapter", "young");

    assertTrue(run("adapter", "list").out().contains("No adapter has a checkpoint yet"));
    String out = directory.resolve("out").toString();
    assertFailsInOneLine(
        run("adapter", "pull", "--adapter", "young", "--out", out), "no checkpoint yet");
    assertFailsInOneLine(
        run("adapter", "pull", "--adapter", "nobody", "--out", out),
        "sluice topics create --adapter nobody");
    assertFalse(Files.exists(Path.of(out)), "nothing is written");
  }

  @Test
  void trainSaysWhatIsMissing() {
    run("topics", "create", "--adapter", "known");

    assertFailsInOneLine(
        run("train", "--model", "/no/such/model", "--set", "http.port=-1"), "model.dir");
    assertFailsInOneLine(
        run("train", "--set", "adapter.name=unknown", "--set", "http.port=-1"),
        "sluice topics create --adapter unknown");
  }

  @Test
  void anUnreachableBrokerIsOneClearMessage() {
    for (String[] command : List.of(new String[] {"train"}, new String[] {"adapter", "list"})) {
      List<String> args = new ArrayList<>(List.of(command));
      args.addAll(List.of("--set", "kafka.bootstrap.servers=127.0.0.1:1"));
      args.addAll(List.of("--set", "kafka.properties.default.api.timeout.ms=1000"));
      assertFailsInOneLine(
          CommandRun.of(args.toArray(String[]::new)), "kafka.bootstrap.servers=127.0.0.1:1");
    }
  }

  private CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(
        List.of(
            "--set",
            "kafka.bootstrap.servers=" + broker.bootstrap(),
            "--set",
            "topics.prefix=" + topics.prefix()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static void assertFailsInOneLine(CommandRun run, String says) {
    assertEquals(1, run.exitCode(), run.err());
    assertTrue(run.err().contains(says), run.err());
    assertEquals(1, run.err().strip().lines().count(), run.err());
    assertEquals("", run.out());
  }

  private void reject(String key, byte[] value, String reason) {
    reject(key, value, reason, new SourcePosition(topics.examples(), 0, 0));
  }

  private void reject(String key, byte[] value, String reason, SourcePosition source) {
    RejectedRecord record =
        new RejectedRecord(
            key.getBytes(UTF_8), value, new RecordHeaders(), new Rejection(reason, source));
    broker.send(List.of(record.toProducerRecord(topics.rejected())));
  }

  private List<String> values(String topic) {
    return broker.readCommitted(topic).stream().map(r -> new String(r.value(), UTF_8)).toList();
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new JsonMapper().readTree(run.out());
  }
}
