package dev.sluice.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.Examples;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenizedExample;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceCountsTest {

  @Test
  void addsABatchToWhatWasCounted() {
    SortedMap<String, Long> before = new TreeMap<>(Map.of("a", 2L, "b", 1L));
    assertEquals(Map.of("a", 4L, "b", 1L, "c", 1L), plus(before, "a", "c", "a"));
    assertEquals(Map.of("a", 2L, "b", 1L), before, "is not changed");
  }

  @Test
  void theFirstSourcesKeepTheirPlaceAndTheRestIsCountedTogether() {
    String[] many = IntStream.range(0, 1003).mapToObj(i -> "source-" + i).toArray(String[]::new);
    SortedMap<String, Long> counts = plus(new TreeMap<>(), many);
    counts = plus(counts, "source-7", "late", "later");

    assertEquals(SourceCounts.MAX_SOURCES + 1, counts.size());
    assertEquals(2, counts.get("source-7"));
    assertEquals(5, counts.get(SourceCounts.OTHER));
    assertEquals(1006, counts.values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void aNameThatIsTooLongIsNotKept() {
    String longest = "n".repeat(SourceCounts.MAX_CHARACTERS);
    SortedMap<String, Long> counts = plus(new TreeMap<>(), longest, longest + "n");
    assertTrue(counts.containsKey(longest));
    assertEquals(1, counts.get(SourceCounts.OTHER));
  }

  @Test
  void aSourceOfTheReservedNameTakesNoPlace() {
    assertEquals(Map.of("(other)", 1L, "a", 1L), plus(new TreeMap<>(), "(other)", "a"));
  }

  private static SortedMap<String, Long> plus(SortedMap<String, Long> counts, String... sources) {
    List<TokenizedExample> examples =
        Stream.of(sources).map(source -> Examples.from(source, 0)).toList();
    return SourceCounts.plus(counts, new MicroBatch(examples));
  }
}
