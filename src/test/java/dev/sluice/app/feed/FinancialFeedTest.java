package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinancialFeedTest {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
  private static final FeedSettings SETTINGS = FeedSettings.of(7, "financial", START);
  private static final FeedSettings CLEAN = SETTINGS.withBadShare(0).withDuplicateShare(0);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -5, 1L << 60})
  void sendsTheSameBytesForTheSameSeed(long seed) {
    List<FeedRecord> once = take(1_000, FeedSettings.of(seed, "financial", START));
    List<FeedRecord> again = take(1_000, FeedSettings.of(seed, "financial", START));
    for (int i = 0; i < once.size(); i++) {
      assertEquals(once.get(i).key(), again.get(i).key());
      assertArrayEquals(once.get(i).value(), again.get(i).value());
    }
  }

  @Test
  void sendsOtherExamplesAndIdsForAnotherSeed() throws IOException {
    Set<String> prompts = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (long seed = 1; seed <= 5; seed++) {
      for (FeedRecord record : take(200, FeedSettings.of(seed, "financial", START))) {
        ids.add(record.key());
        if (!record.bad()) {
          prompts.add(parse(record).get("prompt").textValue());
        }
      }
    }
    assertTrue(prompts.size() > 900, () -> prompts.size() + " prompts");
    assertTrue(ids.size() > 950, () -> ids.size() + " ids");
  }

  @Test
  void writesEveryFieldOfVersionOne() throws IOException {
    Set<String> sources = new HashSet<>();
    for (FeedRecord record : good(take(5_000, SETTINGS))) {
      JsonNode example = parse(record);
      assertEquals(1, example.get("v").intValue());
      assertEquals(record.key(), example.get("id").textValue());
      assertEquals("financial", example.get("adapter").textValue());
      assertEquals(
          Objects.requireNonNull(record.task()).wireName(), example.get("task").textValue());
      assertFalse(example.get("prompt").textValue().isBlank());
      assertFalse(example.get("completion").textValue().isBlank());
      assertEquals(1.0, example.get("weight").doubleValue());
      assertEquals(10, example.size());
      sources.add(example.get("source").textValue());
    }
    assertEquals(Set.of("newswire-a", "newswire-b", "analyst-desk", "filings"), sources);
  }

  @Test
  void advancesEventTimeByTheIntervalAndLabelsLater() throws IOException {
    List<FeedRecord> records = take(100, CLEAN);
    for (int i = 0; i < records.size(); i++) {
      JsonNode example = parse(records.get(i));
      Instant eventTime = Instant.parse(example.get("eventTime").textValue());
      Duration delay =
          Duration.between(eventTime, Instant.parse(example.get("labelTime").textValue()));
      assertEquals(START.plusSeconds(i), eventTime);
      assertTrue(delay.toMillis() >= 500 && delay.toMillis() <= 10_000, delay::toString);
    }
  }

  @Test
  void keepsPromptsShortAndSeldomRepeatsOne() throws IOException {
    Set<String> prompts = new HashSet<>();
    for (FeedRecord record : take(20_000, CLEAN)) {
      String prompt = parse(record).get("prompt").textValue();
      assertTrue(prompt.length() < 220, () -> record.task() + ": " + prompt.length());
      prompts.add(prompt);
    }
    assertTrue(prompts.size() > 19_000, () -> prompts.size() + " different prompts");
  }

  @Test
  void mixesTheTasksByTheirShares() {
    assertMix(Map.of(Task.SENTIMENT, 35, Task.ENTITY, 25, Task.TAG, 13, Task.VALUE, 27), CLEAN, 0);
  }

  @Test
  void changesTheMixAtTheDrift() {
    FeedSettings drifting = CLEAN.withDriftAfter(10_000);
    assertMix(
        Map.of(Task.SENTIMENT, 40, Task.ENTITY, 40, Task.TAG, 10, Task.VALUE, 10), drifting, 0);
    assertMix(
        Map.of(Task.SENTIMENT, 10, Task.ENTITY, 10, Task.TAG, 35, Task.VALUE, 45),
        drifting,
        10_000);
  }

  @Test
  void changesTheMixWithTheFirstRecordAfterTheDrift() {
    assertEquals(TaskMix.WORDS, TaskMix.at(9, 10));
    assertEquals(TaskMix.FIGURES, TaskMix.at(10, 10));
    assertEquals(TaskMix.EVEN, TaskMix.at(10, FeedSettings.NO_DRIFT));
  }

  @Test
  void givesTheLabelsOfATaskEqualShares() throws IOException {
    Map<Task, Map<String, Long>> counts = new HashMap<>();
    for (FeedRecord record : take(20_000, CLEAN)) {
      counts
          .computeIfAbsent(Objects.requireNonNull(record.task()), task -> new HashMap<>())
          .merge(parse(record).get("completion").textValue(), 1L, Long::sum);
    }
    assertEven(Set.of("positive", "negative", "neutral"), counts.get(Task.SENTIMENT));
    assertEven(Set.of("person", "organization", "location"), counts.get(Task.ENTITY));
    assertEquals(10, Objects.requireNonNull(counts.get(Task.TAG)).size());
    assertEven(Objects.requireNonNull(counts.get(Task.TAG)).keySet(), counts.get(Task.TAG));
  }

  @Test
  void sendsTheSharesOfBadRecordsAndDuplicatesThatWereSet() {
    List<FeedRecord> records = take(20_000, SETTINGS);
    long bad = records.stream().filter(FeedRecord::bad).count();
    Set<String> keys = records.stream().map(FeedRecord::key).collect(Collectors.toSet());
    assertEquals(0.02, bad / 20_000.0, 0.004);
    assertEquals(0.01, (20_000 - keys.size()) / 20_000.0, 0.003);
  }

  @Test
  void repeatsADuplicateByteForByte() {
    Map<String, FeedRecord> first = new HashMap<>();
    for (FeedRecord record : take(5_000, SETTINGS)) {
      FeedRecord earlier = first.putIfAbsent(record.key(), record);
      if (earlier != null) {
        assertArrayEquals(earlier.value(), record.value());
        assertFalse(record.bad());
      }
    }
    assertTrue(first.size() < 5_000, "no duplicate came");
  }

  @Test
  void sendsNothingBadOrTwiceWhenToldSo() {
    List<FeedRecord> records = take(5_000, CLEAN);
    assertEquals(5_000, good(records).size());
    assertEquals(5_000, records.stream().map(FeedRecord::key).distinct().count());
  }

  private static List<FeedRecord> take(int count, FeedSettings settings) {
    return Stream.generate(new FinancialFeed(settings)::next).limit(count).toList();
  }

  private static List<FeedRecord> good(List<FeedRecord> records) {
    return records.stream().filter(record -> !record.bad()).toList();
  }

  private static JsonNode parse(FeedRecord record) throws IOException {
    return MAPPER.readTree(record.value());
  }

  /** Checks the shares, in percent, of the 10,000 records after {@code skipped}. */
  private static void assertMix(Map<Task, Integer> percent, FeedSettings settings, int skipped) {
    List<FeedRecord> records = take(skipped + 10_000, settings).subList(skipped, skipped + 10_000);
    for (Task task : Task.values()) {
      long count = records.stream().filter(record -> record.task() == task).count();
      assertEquals(Objects.requireNonNull(percent.get(task)), count / 100.0, 2.0, task::wireName);
    }
  }

  private static void assertEven(Set<String> labels, @Nullable Map<String, Long> counts) {
    assertEquals(labels, Objects.requireNonNull(counts).keySet());
    double total = counts.values().stream().mapToLong(Long::longValue).sum();
    counts.forEach((label, count) -> assertEquals(1.0 / labels.size(), count / total, 0.03, label));
  }
}
