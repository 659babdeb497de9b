package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.serde.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;

/** What one broker cannot show; the rest is in {@link TopicAdminIT}. */
final class TopicCheckTest {

  private static final TopicSpec SPEC =
      new TopicLayout(new TopicNames("x"), 1, 1, Duration.ofDays(7)).topics().get(2);

  @Test
  void warnsOfASingleCopyWhereThereAreSeveralBrokers() {
    var finding = check(1, 3).get(0);

    assertEquals(TopicFinding.Severity.WARN, finding.severity());
    assertTrue(finding.message().contains("the cluster has 3 brokers"), finding.message());
  }

  @Test
  void isContentWithASingleCopyOnASingleBroker() {
    assertEquals(TopicFinding.Severity.OK, check(1, 1).get(0).severity());
  }

  @Test
  void isContentWithSeveralCopies() {
    assertEquals(TopicFinding.Severity.OK, check(2, 3).get(0).severity());
  }

  private static List<TopicFinding> check(int copies, int brokers) {
    var nodes = Stream.iterate(1, id -> id + 1).limit(copies).map(TopicCheckTest::node).toList();
    var partition = new TopicPartitionInfo(0, nodes.get(0), nodes, nodes);
    var topic = new TopicDescription(SPEC.name(), false, List.of(partition));
    var config = new Config(List.of(new ConfigEntry("cleanup.policy", "delete")));
    return new TopicCheck(SPEC, topic, config, brokers).findings();
  }

  private static Node node(int id) {
    return new Node(id, "127.0.0.1", 20_000 + id);
  }
}
