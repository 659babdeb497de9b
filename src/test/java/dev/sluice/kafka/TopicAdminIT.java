package dev.sluice.kafka;

import static dev.sluice.kafka.TopicCreation.Outcome.CREATED;
import static dev.sluice.kafka.TopicCreation.Outcome.EXISTS;
import static dev.sluice.kafka.TopicFinding.Severity.ERROR;
import static dev.sluice.kafka.TopicFinding.Severity.OK;
import static dev.sluice.kafka.TopicFinding.Severity.WARN;
import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SluiceException;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TopicAdminIT {

  private final TestBroker broker = TestBroker.shared();
  private final TopicNames names = broker.freshNames();
  private final Admin client = Admin.create(broker.client());
  private final TopicAdmin admin = new TopicAdmin(client, layout(1));

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void createsWhatIsMissingAndFindsNothingWrongWithIt() {
    var created = admin.create();

    assertEquals(11, created.size());
    assertTrue(created.stream().allMatch(topic -> topic.outcome() == CREATED), () -> "" + created);
    var findings = admin.check();
    assertEquals(12, findings.size());
    assertTrue(findings.stream().allMatch(found -> found.severity() == OK), () -> "" + findings);
  }

  @Test
  void leavesWhatExistsAsItIs() {
    broker.createTopic(names.steps(), 2, Map.of());

    var created = admin.create();

    assertEquals(
        List.of(new TopicCreation(names.steps(), EXISTS)),
        created.stream().filter(topic -> topic.outcome() == EXISTS).toList());
    assertTrue(theFinding(names.steps()).message().startsWith("has 2 partitions"));
    assertTrue(admin.create().stream().allMatch(topic -> topic.outcome() == EXISTS));
  }

  @Test
  void saysWhichTopicCannotBeCreatedAndWhy() {
    var failure =
        assertThrows(SluiceException.class, () -> new TopicAdmin(client, layout(3)).create());

    assertSays(names.examples(), failure);
    assertSays("3 replicas", failure);
  }

  @Test
  void findsTopicsThatAreMissing() {
    var findings = admin.check().stream().filter(found -> found.severity() == ERROR).toList();

    assertEquals(11, findings.size());
    assertEquals("does not exist; run: sluice topics create", findings.get(0).message());
  }

  @Test
  void findsTooFewPartitions() {
    broker.createTopic(names.train(), 2, Map.of("retention.ms", "-1"));

    assertFinding(ERROR, names.train(), "has 2 partitions but adapters.max is 3", "--partitions 3");
  }

  @Test
  void takesAnyNumberOfPartitionsForExamples() {
    broker.createTopic(names.examples(), 1, Map.of("message.timestamp.type", "LogAppendTime"));

    assertEquals(OK, theFinding(names.examples()).severity());
  }

  @Test
  void warnsWhenTheTrainingLogForgetsByAge() {
    broker.createTopic(names.train(), 3, Map.of());

    assertFinding(WARN, names.train(), "retention.ms is 604800000", "retention.ms=-1");
  }

  @Test
  void warnsWhenTheTrainingLogForgetsBySize() {
    broker.createTopic(
        names.train(), 3, Map.of("retention.ms", "-1", "retention.bytes", "1000000"));

    assertFinding(WARN, names.train(), "retention.bytes is 1000000", "retention.bytes=-1");
  }

  @Test
  void findsATopicThatIsCleanedUpTheWrongWay() {
    broker.createTopic(names.checkpoints(), 3, Map.of("cleanup.policy", "delete"));

    assertFinding(ERROR, names.checkpoints(), "cleanup.policy is delete", "cleanup.policy=compact");
  }

  @Test
  void findsChunksThatKeepWhatWasTrimmed() {
    broker.createTopic(names.chunks(), 3, Map.of("max.message.bytes", "1048588"));

    assertFinding(ERROR, names.chunks(), "cleanup.policy is delete", "cleanup.policy=compact");
  }

  @Test
  void findsExamplesThatAreDatedByTheirSenders() {
    broker.createTopic(names.examples(), 4, Map.of());

    assertFinding(
        ERROR,
        names.examples(),
        "message.timestamp.type is CreateTime",
        "message.timestamp.type=LogAppendTime");
  }

  @Test
  void findsAChunkTopicThatAdmitsNoChunk() {
    broker.createTopic(
        names.chunks(), 3, Map.of("cleanup.policy", "compact", "max.message.bytes", "1000000"));

    assertFinding(
        ERROR, names.chunks(), "max.message.bytes is 1000000", "max.message.bytes=1048588");
  }

  @Test
  void saysEverythingThatIsWrongWithATopic() {
    broker.createTopic(names.train(), 1, Map.of("cleanup.policy", "compact"));

    assertEquals(
        List.of(ERROR, ERROR, WARN),
        findings(names.train()).stream().map(TopicFinding::severity).toList());
  }

  @Test
  void admitsAChunkOfAMillionBytes() {
    admin.create();
    byte[] key = "adapter@1/adapter_model.safetensors/0".getBytes(UTF_8);

    broker.send(List.of(new ProducerRecord<>(names.chunks(), key, new byte[1_000_000])));

    assertEquals(1_000_000, broker.readCommitted(names.chunks()).get(0).value().length);
  }

  private TopicLayout layout(int replication) {
    return new TopicLayout(names, 3, replication, Duration.ofDays(7));
  }

  private void assertFinding(
      TopicFinding.Severity severity, String topic, String start, String remedy) {
    TopicFinding found = theFinding(topic);
    assertEquals(severity, found.severity());
    assertTrue(found.message().startsWith(start), found.message());
    assertTrue(found.message().endsWith(remedy), found.message());
  }

  private TopicFinding theFinding(String topic) {
    List<TopicFinding> findings = findings(topic);
    assertEquals(1, findings.size(), () -> "" + findings);
    return findings.get(0);
  }

  private List<TopicFinding> findings(String topic) {
    return admin.check().stream().filter(found -> found.subject().equals(topic)).toList();
  }
}
