package dev.sluice.kafka;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.serde.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TopicLayoutTest {

  private static final TopicNames NAMES = new TopicNames("x");
  private static final Duration WEEK = Duration.ofDays(7);

  @Test
  void givesEveryAdapterAPartitionWhereLineagesMustNotMix() {
    assertEquals(
        Map.ofEntries(
            entry("x.examples", 4),
            entry("x.train", 5),
            entry("x.boundaries", 5),
            entry("x.rejected", 1),
            entry("x.steps", 5),
            entry("x.alerts", 5),
            entry("x.checkpoints", 5),
            entry("x.chunks", 5),
            entry("x.releases", 5),
            entry("x.trimmed", 5),
            entry("x.adapters", 1)),
        new TopicLayout(NAMES, 5, 1, WEEK)
            .topics().stream().collect(toMap(TopicSpec::name, TopicSpec::partitions)));
  }

  @Test
  void compactsWhatIsReadByKeyOnly() {
    List<String> compacted =
        new TopicLayout(NAMES, 5, 1, WEEK)
            .topics().stream()
                .filter(topic -> "compact".equals(topic.settings().get("cleanup.policy")))
                .map(TopicSpec::name)
                .toList();

    assertEquals(
        List.of("x.checkpoints", "x.chunks", "x.releases", "x.trimmed", "x.adapters"), compacted);
  }

  @Test
  void keepsTheTrainingLogAndItsBoundariesForEver() {
    for (String name : List.of("x.train", "x.boundaries")) {
      var topic = topic(new TopicLayout(NAMES, 5, 1, WEEK), name);

      assertEquals("-1", topic.settings().get("retention.ms"));
      assertEquals("-1", topic.settings().get("retention.bytes"));
      assertEquals("delete", topic.settings().get("cleanup.policy"));
    }
  }

  @Test
  void datesExamplesByTheBrokerAndKeepsThemAsLongAsRepeatsAreRecognised() {
    var examples = topic(new TopicLayout(NAMES, 5, 1, Duration.ofHours(3)), "x.examples");

    assertEquals("LogAppendTime", examples.settings().get("message.timestamp.type"));
    assertEquals("10800000", examples.settings().get("retention.ms"));
  }

  @Test
  void admitsAChunk() {
    var chunks = topic(new TopicLayout(NAMES, 5, 1, WEEK), "x.chunks");

    assertTrue(
        Integer.parseInt(chunks.settings().getOrDefault("max.message.bytes", "0")) > 1_000_000);
  }

  @Test
  void asksForTwoWrittenCopiesWhereThereAreThree() {
    assertEquals("1", minInSync(1));
    assertEquals("1", minInSync(2));
    assertEquals("2", minInSync(3));
    assertEquals("2", minInSync(5));
  }

  @Test
  void refusesALayoutWithoutAdapters() {
    var failure =
        assertThrows(IllegalArgumentException.class, () -> new TopicLayout(NAMES, 0, 1, WEEK));

    assertEquals("adapters.max must be at least 1 but was 0", failure.getMessage());
  }

  @Test
  void refusesNoCopiesAndNoWindow() {
    assertThrows(IllegalArgumentException.class, () -> new TopicLayout(NAMES, 1, 0, WEEK));
    assertThrows(IllegalArgumentException.class, () -> new TopicLayout(NAMES, 1, 1, Duration.ZERO));
  }

  private static String minInSync(int replication) {
    var train = topic(new TopicLayout(NAMES, 5, replication, WEEK), "x.train");
    return train.settings().getOrDefault("min.insync.replicas", "the cluster's");
  }

  private static TopicSpec topic(TopicLayout layout, String name) {
    return layout.topics().stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
