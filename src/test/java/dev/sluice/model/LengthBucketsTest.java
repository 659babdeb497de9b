package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthBucketsTest {

  @Test
  void examplesOfOneLengthShareACall() {
    assertEquals(List.of(List.of(0, 1, 2)), LengthBuckets.of(List.of(50, 50, 50), 100));
  }

  @Test
  void aLongExampleDoesNotPadTheShortOnes() {
    assertEquals(
        List.of(List.of(0, 2, 3), List.of(1)), LengthBuckets.of(List.of(20, 900, 20, 21), 0));
  }

  @Test
  void shortExamplesAreNotWorthTwoCalls() {
    assertEquals(List.of(List.of(1, 0)), LengthBuckets.of(List.of(3, 2), 5));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noDivisionIntoNeighboursIsCheaper(long seed) {
    Random random = new Random(seed);
    int prefix = random.nextInt(200);
    List<Integer> lengths = random.ints(9, 1, 300).boxed().toList();
    List<List<Integer>> buckets = LengthBuckets.of(lengths, prefix);
    List<Integer> order = buckets.stream().flatMap(List::stream).toList();
    assertEquals(IntStream.range(0, 9).boxed().toList(), order.stream().sorted().toList());
    long least = Long.MAX_VALUE;
    for (int cuts = 0; cuts < 1 << 8; cuts++) {
      least = Math.min(least, cost(divide(order, cuts), lengths, prefix));
    }
    assertTrue(cost(buckets, lengths, prefix) <= least);
  }

  /** A bit of {@code cuts} for each place between two neighbours. */
  private static List<List<Integer>> divide(List<Integer> order, int cuts) {
    List<List<Integer>> parts = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= order.size(); i++) {
      if (i == order.size() || (cuts >> (i - 1) & 1) == 1) {
        parts.add(order.subList(begin, i));
        begin = i;
      }
    }
    return parts;
  }

  private static long cost(List<List<Integer>> parts, List<Integer> lengths, int prefix) {
    long cost = 0;
    for (List<Integer> part : parts) {
      long longest = part.stream().mapToInt(lengths::get).max().orElseThrow();
      cost += part.size() * longest * (prefix + longest) + 4096;
    }
    return cost;
  }
}
