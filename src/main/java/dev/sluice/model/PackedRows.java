package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenSequence;
import dev.sluice.model.PrefixGroups.Group;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A micro-batch as the step program reads it; the layout is described there ({@code batch} and the
 * weights of {@code scalars}). The last token of an example predicts nothing and has no row.
 *
 * @param batch one array, so that one transfer brings it to the device
 * @param weights of each target, in the order of the examples
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight into native memory
record PackedRows(long[] batch, float[] weights) {

  static PackedRows of(MicroBatch batch) {
    return of(batch, PrefixGroups.of(batch));
  }

  /**
   * @param groups together have every example once
   */
  static PackedRows of(MicroBatch batch, List<Group> groups) {
    Packing packing = new Packing(batch);
    groups.forEach(packing::addRows);
    packing.addTargets();
    return packing.packed();
  }

  /**
   * One sequence whose last row is the active one: what follows it is asked for, and no target is
   * known.
   *
   * @param ids at least one
   */
  static PackedRows ending(int[] ids) {
    int rows = ids.length;
    long[] order = LongStream.range(0, rows).toArray(); // positions, gather and scatter alike
    return new PackedRows(
        Stream.of(
                LongStream.of(rows, 1, 1),
                LongStream.of(0, 0, 1, rows),
                Arrays.stream(ids).asLongStream(),
                LongStream.of(order),
                LongStream.of(rows - 1, 0), // active, and a target that nobody reads
                LongStream.of(order),
                LongStream.of(order))
            .flatMapToLong(part -> part)
            .toArray(),
        new float[0]);
  }

  private static final class Packing {
    private final MicroBatch batch;
    private final long[] counts;
    private final LongStream.Builder calls = LongStream.builder();
    private final LongStream.Builder ids = LongStream.builder();
    private final LongStream.Builder positions = LongStream.builder();
    private final LongStream.Builder gather = LongStream.builder();
    private final LongStream.Builder scatter = LongStream.builder();
    private final long[] active;
    private final long[] target;
    private final float[] weights;

    /** For each example the row that its token 0 would have, if its prefix were its own. */
    private final long[] origin;

    private long rows;
    private long gathered;

    Packing(MicroBatch batch) {
      int targets = batch.targetTokens();
      this.batch = batch;
      this.counts = new long[] {0, targets, 0};
      this.active = new long[targets];
      this.target = new long[targets];
      this.weights = new float[targets];
      this.origin = new long[batch.size()];
    }

    /** The prefix attends to itself in a call of its own. */
    void addRows(Group group) {
      int prefix = group.prefix();
      long first = rows;
      if (prefix > 0) {
        addCall(0, 0, 1, prefix);
        addTokens(tokens(group.examples().get(0)), 0, prefix, prefix);
      }
      List<Integer> lengths = group.examples().stream().map(e -> rowsOf(e) - prefix).toList();
      for (List<Integer> bucket : LengthBuckets.of(lengths, prefix)) {
        int longest = bucket.stream().mapToInt(lengths::get).max().orElseThrow();
        addCall(prefix == 0 ? 0 : first, prefix, bucket.size(), longest);
        for (int i : bucket) {
          int example = group.examples().get(i);
          origin[example] = rows - prefix;
          addTokens(tokens(example), prefix, rowsOf(example), longest);
        }
      }
    }

    private void addCall(long first, long prefix, long examples, long longest) {
      counts[2]++;
      calls.add(first).add(prefix).add(examples).add(longest);
    }

    /** Tokens as rows; in their call they are padded with the last one. */
    private void addTokens(TokenSequence tokens, int from, int to, int padded) {
      for (int t = from; t < to; t++) {
        ids.add(tokens.ids()[t]);
        positions.add(t);
        scatter.add(gathered + t - from);
      }
      for (int t = 0; t < padded; t++) {
        gather.add(rows + Math.min(t, to - from - 1));
      }
      rows += to - from;
      gathered += padded;
    }

    void addTargets() {
      int next = 0;
      for (int i = 0; i < batch.size(); i++) {
        TokenSequence tokens = tokens(i);
        for (int t = 1; t < tokens.length(); t++) {
          if (tokens.target()[t]) {
            active[next] = origin[i] + t - 1;
            target[next] = tokens.ids()[t];
            weights[next] = (float) batch.examples().get(i).example().weight();
            next++;
          }
        }
      }
    }

    PackedRows packed() {
      counts[0] = rows;
      return new PackedRows(
          Stream.of(
                  LongStream.of(counts),
                  calls.build(),
                  ids.build(),
                  positions.build(),
                  LongStream.of(active),
                  LongStream.of(target),
                  gather.build(),
                  scatter.build())
              .flatMapToLong(part -> part)
              .toArray(),
          weights);
    }

    private int rowsOf(int example) {
      return tokens(example).length() - 1;
    }

    private TokenSequence tokens(int example) {
      return batch.examples().get(example).tokens();
    }
  }
}
