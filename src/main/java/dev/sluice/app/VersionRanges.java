package dev.sluice.app;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Versions for a sentence: {@code 1, 5, 12-20}. */
final class VersionRanges {

  private static final int MAX_RANGES = 20;

  private VersionRanges() {}

  /** Runs of versions as ranges; if there are many, the newest alone. */
  static String text(Collection<Long> versions) {
    List<long[]> ranges = new ArrayList<>();
    for (long version : new TreeSet<>(versions)) {
      long[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
      if (last != null && last[1] + 1 == version) {
        last[1] = version;
      } else {
        ranges.add(new long[] {version, version});
      }
    }
    int left = Math.max(0, ranges.size() - MAX_RANGES);
    List<String> words = new ArrayList<>();
    if (left > 0) {
      words.add("…");
    }
    ranges.subList(left, ranges.size()).forEach(range -> words.add(text(range)));
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  private static String text(long[] range) {
    return range[0] == range[1] ? Long.toString(range[0]) : range[0] + "-" + range[1];
  }
}
