package dev.sluice.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Divides examples by length into calls of attention: within a call all are padded to the longest.
 * A small dynamic programme finds the division with the least attention, each call paying for
 * itself.
 */
final class LengthBuckets {

  /** Query–key pairs that take as long as a call's own overhead does. */
  private static final long CALL_COST = 4096;

  private LengthBuckets() {}

  /**
   * A pure function; ties keep the order of the examples.
   *
   * @param lengths rows of each example's own, at least 1
   * @param prefix rows that each example sees before its own
   * @return indices into {@code lengths}, each once; shorter examples first
   */
  static List<List<Integer>> of(List<Integer> lengths, int prefix) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(lengths::get));
    int n = order.size();
    long[] cost = new long[n + 1];
    int[] cut = new int[n + 1];
    for (int end = 1; end <= n; end++) {
      long longest = lengths.get(order.get(end - 1));
      cost[end] = Long.MAX_VALUE;
      for (int begin = 0; begin < end; begin++) {
        long pairs = (end - begin) * longest * (prefix + longest);
        if (cost[begin] + pairs + CALL_COST < cost[end]) {
          cost[end] = cost[begin] + pairs + CALL_COST;
          cut[end] = begin;
        }
      }
    }
    List<List<Integer>> buckets = new ArrayList<>();
    for (int end = n; end > 0; end = cut[end]) {
      buckets.add(0, List.copyOf(order.subList(cut[end], end)));
    }
    return buckets;
  }
}
