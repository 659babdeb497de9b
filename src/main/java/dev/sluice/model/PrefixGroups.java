package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the examples of a micro-batch that begin alike, so that their common tokens are computed
 * once. A pure function of the examples: the same step has the same groups wherever it runs.
 *
 * <p>In the order of their tokens, examples with a common prefix stand side by side, and the prefix
 * of a run is that of its first and last. A small dynamic programme cuts the order into runs so
 * that most rows are saved, each run paying for its own calls of attention.
 */
final class PrefixGroups {

  /** Rows that a run must save to be worth its calls of attention. */
  private static final int RUN_COST = 16;

  private PrefixGroups() {}

  /**
   * Examples that share their first tokens.
   *
   * @param prefix tokens in common that are computed once; 0 if none
   * @param examples indices in the micro-batch, ascending
   */
  record Group(int prefix, List<Integer> examples) {
    Group {
      examples = List.copyOf(examples);
    }
  }

  /** Every example is in one group. */
  static List<Group> of(MicroBatch batch) {
    List<TokenSequence> tokens = batch.examples().stream().map(e -> e.tokens()).toList();
    List<Integer> order =
        IntStream.range(0, tokens.size())
            .boxed()
            .sorted(
                Comparator.<Integer, int[]>comparing(i -> tokens.get(i).ids(), Arrays::compare)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    List<Group> groups = new ArrayList<>();
    int end = order.size();
    for (int[] cut = cuts(order, tokens); end > 0; end = cut[end]) {
      List<Integer> run = order.subList(cut[end], end);
      int prefix = run.size() == 1 ? 0 : common(run.get(0), run.get(run.size() - 1), tokens);
      groups.add(0, new Group(prefix, run.stream().sorted().toList()));
    }
    return groups;
  }

  /** For each end of a run, where the run begins in the best division up to there. */
  private static int[] cuts(List<Integer> order, List<TokenSequence> tokens) {
    int n = order.size();
    long[] saved = new long[n + 1];
    int[] cut = new int[n + 1];
    for (int end = 1; end <= n; end++) {
      saved[end] = Long.MIN_VALUE;
      for (int begin = end - 1; begin >= 0; begin--) {
        int prefix = begin == end - 1 ? 0 : common(order.get(begin), order.get(end - 1), tokens);
        long rows = saved[begin] + (long) (end - begin - 1) * prefix - RUN_COST;
        if (rows > saved[end]) {
          saved[end] = rows;
          cut[end] = begin;
        }
      }
    }
    return cut;
  }

  /** Tokens in common, short of the row that predicts the first target of either. */
  private static int common(int a, int b, List<TokenSequence> tokens) {
    TokenSequence x = tokens.get(a);
    TokenSequence y = tokens.get(b);
    int limit = Math.min(firstTarget(x), firstTarget(y)) - 1;
    int mismatch = Arrays.mismatch(x.ids(), 0, limit, y.ids(), 0, limit);
    return mismatch < 0 ? limit : mismatch;
  }

  private static int firstTarget(TokenSequence tokens) {
    int first = 0;
    while (!tokens.target()[first]) {
      first++;
    }
    return first;
  }
}
