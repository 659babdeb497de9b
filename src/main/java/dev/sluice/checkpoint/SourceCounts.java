package dev.sluice.checkpoint;

import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenizedExample;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts examples by their source, in a space that a feed cannot fill: a manifest is one record.
 * The first sources of the log are kept, so another run over the same log keeps the same ones.
 */
public final class SourceCounts {

  /** Counts together what has no place of its own. */
  public static final String OTHER = "(other)";

  static final int MAX_SOURCES = 1000;
  static final int MAX_CHARACTERS = 100;

  private SourceCounts() {}

  /**
   * The counts with those of a batch.
   *
   * @param counts not changed
   */
  public static SortedMap<String, Long> plus(SortedMap<String, Long> counts, MicroBatch batch) {
    SortedMap<String, Long> sum = new TreeMap<>(counts);
    for (TokenizedExample example : batch.examples()) {
      sum.merge(name(sum, example.example()), 1L, Long::sum);
    }
    return sum;
  }

  private static String name(SortedMap<String, Long> counts, LabelledExample example) {
    String source = example.source();
    if (counts.containsKey(source)) {
      return source;
    }
    int own = counts.size() - (counts.containsKey(OTHER) ? 1 : 0);
    return own < MAX_SOURCES && source.length() <= MAX_CHARACTERS ? source : OTHER;
  }
}
