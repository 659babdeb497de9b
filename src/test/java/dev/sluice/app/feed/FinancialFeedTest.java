package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.IngestResult;
import dev.sluice.data.IngestResult.Accepted;
import dev.sluice.data.LabelledExample;
import dev.sluice.serde.ExampleJson.Defaults;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FinancialFeedTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final FeedSettings SETTINGS =
      FeedSettings.of(7, "demo", Instant.parse("2026-01-05T09:00:00Z"));
  private static final FeedSettings CLEAN = SETTINGS.withBadShare(0).withDuplicateShare(0);

  @Test
  void theSameSeedSendsTheSameBytes() {
    List<FeedRecord> one = take(500, SETTINGS);
    List<FeedRecord> two = take(500, SETTINGS);

    for (int i = 0; i < one.size(); i++) {
      assertEquals(one.get(i).key(), two.get(i).key());
      assertArrayEquals(one.get(i).value(), two.get(i).value());
    }
  }

  @Test
  void anotherSeedSendsOtherExamples() {
    Set<String> one = prompts(take(200, CLEAN));
    one.retainAll(
        prompts(
            take(
                200,
                FeedSettings.of(8, "demo", Instant.EPOCH).withBadShare(0).withDuplicateShare(0))));

    assertTrue(one.size() < 10, one.size() + " of 200 prompts are the same");
  }

  @Test
  void idsAreUniqueAndOfTheSeed() {
    Set<String> keys = new HashSet<>();
    take(5000, CLEAN).forEach(r -> assertTrue(keys.add(r.key()), r.key()));
  }

  @Test
  void everyGoodRecordIsAnExampleOfItsTask() {
    for (FeedRecord record : take(2000, CLEAN)) {
      LabelledExample example = example(record);
      assertEquals("demo", example.adapter());
      assertEquals(record.key(), example.id());
      assertEquals(record.task().wireName(), example.task());
      assertTrue(text(example).prompt().length() < 400, "prompts are short");
    }
  }

  @Test
  void theNumberAskedForIsTheOneInTheStatement() {
    for (FeedRecord record : take(3000, CLEAN)) {
      if (record.task() == Task.VALUE) {
        Completion text = text(example(record));
        String asked = text.prompt().substring(text.prompt().lastIndexOf('\n') + 1);
        Pattern fact =
            Pattern.compile("[ ;]" + Pattern.quote(asked) + text.completion() + "(;|\\n)");
        assertTrue(fact.matcher(text.prompt()).find(), "the statement has the fact");
      }
    }
  }

  @Test
  void sentimentFollowsFromWhatMovedAndWhere() {
    int checked = 0;
    for (FeedRecord record : take(4000, CLEAN)) {
      if (record.task() == Task.SENTIMENT) {
        Completion text = text(example(record));
        boolean up = text.prompt().matches("(?s).* (profit|revenue|sales) (rose|grew|surged) .*");
        boolean down = text.prompt().matches("(?s).* (profit|revenue|sales) (fell|shrank|sank) .*");
        boolean costs = text.prompt().matches("(?s).* (losses|costs|debt) (rose|grew|surged) .*");
        if (up && !text.prompt().contains("operating")) {
          assertEquals("positive", text.completion());
          checked++;
        }
        if (down || costs) {
          assertEquals("negative", text.completion());
          checked++;
        }
      }
    }
    assertTrue(checked > 20, "only " + checked + " checked");
  }

  @Test
  void entityTypesAreOfTheNameAskedFor() {
    Map<String, Integer> labels = labels(take(3000, CLEAN), Task.ENTITY);

    assertEquals(Set.of("person", "organization", "location"), labels.keySet());
    labels.forEach((label, count) -> assertTrue(count > 100, label + " " + count));
  }

  @Test
  void noLabelOfATaskIsMuchMoreFrequentThanTheOthers() {
    Map<String, Integer> sentiment = labels(take(4000, CLEAN), Task.SENTIMENT);
    int all = sentiment.values().stream().mapToInt(Integer::intValue).sum();

    assertEquals(3, sentiment.size());
    sentiment.forEach((label, n) -> assertEquals(1.0 / 3, (double) n / all, 0.06, label));
    assertTrue(labels(take(4000, CLEAN), Task.TAG).size() >= 8, "many tags");
  }

  @Test
  void promptsAreSeldomRepeated() {
    List<FeedRecord> records = take(20_000, CLEAN);

    assertTrue(prompts(records).size() > 19_000, prompts(records).size() + " of 20,000");
  }

  @Test
  void badRecordsAndDuplicatesHaveTheirShares() {
    List<FeedRecord> records = take(20_000, SETTINGS.withBadShare(0.1).withDuplicateShare(0.05));

    long bad = records.stream().filter(FeedRecord::bad).count();
    long different = records.stream().map(FeedRecord::key).distinct().count();
    assertEquals(0.1, bad / 20_000.0, 0.01);
    assertEquals(0.05, 1 - different / 20_000.0, 0.01);
  }

  @Test
  void badRecordsAreBadInSeveralWays() {
    Set<String> reasons = new HashSet<>();
    for (FeedRecord record : take(600, SETTINGS.withBadShare(0.2))) {
      if (record.bad()) {
        IngestResult result =
            new dev.sluice.serde.ExampleJson(262_144).parse(record.value(), Defaults.NONE);
        if (result instanceof IngestResult.Rejected rejected) {
          reasons.add(rejected.reason().replaceAll("[0-9,]+", "N"));
        }
      }
    }

    assertTrue(reasons.stream().anyMatch(r -> r.startsWith("is not JSON")), "" + reasons);
    assertTrue(reasons.stream().anyMatch(r -> r.startsWith("unknown version")), "" + reasons);
    assertTrue(reasons.stream().anyMatch(r -> r.startsWith("has no label")), "" + reasons);
    assertTrue(reasons.stream().anyMatch(r -> r.contains("example.max.bytes")), "" + reasons);
  }

  @Test
  void theMixOfTasksChangesAtTheDrift() {
    List<FeedRecord> records = take(4000, CLEAN.withDriftAfter(2000));

    assertTrue(share(records.subList(0, 2000), Task.SENTIMENT) > 0.3, "words before");
    assertTrue(share(records.subList(2000, 4000), Task.SENTIMENT) < 0.15, "figures after");
    assertTrue(share(records.subList(2000, 4000), Task.VALUE) > 0.3, "figures after");
  }

  @Test
  void comesFromSeveralSourcesAndItsTimesAdvance() {
    Set<String> sources = new HashSet<>();
    Instant before = Instant.MIN;
    for (FeedRecord record : take(500, CLEAN)) {
      LabelledExample example = example(record);
      sources.add(example.source());
      assertTrue(example.eventTime().isAfter(before), "event times advance");
      assertFalse(example.labelTime().isBefore(example.eventTime()), "the label comes later");
      before = example.eventTime();
    }
    assertTrue(sources.size() >= 3, "" + sources);
  }

  @Test
  void sharesOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> SETTINGS.withBadShare(1.5));
    assertThrows(IllegalArgumentException.class, () -> SETTINGS.withDriftAfter(-1));
  }

  private static List<FeedRecord> take(int count, FeedSettings settings) {
    FinancialFeed feed = new FinancialFeed(settings);
    List<FeedRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(feed.next());
    }
    return records;
  }

  private static LabelledExample example(FeedRecord record) {
    IngestResult result =
        dev.sluice.serde.ExampleJson.unlimited().parse(record.value(), Defaults.NONE);
    assertTrue(result instanceof Accepted, () -> record + " " + result);
    return ((Accepted) result).example();
  }

  private static Completion text(LabelledExample example) {
    return (Completion) example.text();
  }

  private static Set<String> prompts(List<FeedRecord> records) {
    Set<String> prompts = new HashSet<>();
    for (FeedRecord record : records) {
      try {
        JsonNode node = JSON.readTree(record.value());
        prompts.add(node.path("prompt").asText());
      } catch (IOException e) {
        throw new AssertionError("a clean feed sends JSON", e);
      }
    }
    return prompts;
  }

  private static Map<String, Integer> labels(List<FeedRecord> records, Task task) {
    Map<String, Integer> labels = new HashMap<>();
    for (FeedRecord record : records) {
      if (record.task() == task) {
        labels.merge(text(example(record)).completion(), 1, Integer::sum);
      }
    }
    return labels;
  }

  private static double share(List<FeedRecord> records, Task task) {
    Map<Task, Integer> counts = new EnumMap<>(Task.class);
    records.forEach(r -> counts.merge(r.task(), 1, Integer::sum));
    return counts.getOrDefault(task, 0) / (double) records.size();
  }
}
