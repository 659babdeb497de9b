package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenSequence;
import dev.sluice.model.PrefixGroups.Group;
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
    Packing packing = new Packing(batch, groups.size());
    groups.forEach(packing::addRows);
    packing.addTargets();
    return packing.packed();
  }

  private static final class Packing {
    private final MicroBatch batch;
    private final long[] counts;
    private final LongStream.Builder sizes = LongStream.builder();
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

    Packing(MicroBatch batch, int groups) {
      int targets = batch.targetTokens();
      this.batch = batch;
      this.counts = new long[] {0, targets, groups};
      this.active = new long[targets];
      this.target = new long[targets];
      this.weights = new float[targets];
      this.origin = new long[batch.size()];
    }

    void addRows(Group group) {
      int prefix = group.prefix();
      addTokens(tokens(group.examples().get(0)), 0, prefix);
      long first = rows;
      int longest = 0;
      for (int example : group.examples()) {
        TokenSequence tokens = tokens(example);
        origin[example] = rows - prefix;
        addTokens(tokens, prefix, tokens.length() - 1);
        longest = Math.max(longest, tokens.length() - 1 - prefix);
      }
      sizes.add(prefix).add(group.examples().size()).add(longest).add(rows - first);
      for (int i = 0; i < group.examples().size(); i++) {
        addPadding(group.examples().get(i), prefix, longest, i);
      }
    }

    /** The own rows of the group's i-th example, padded to {@code longest} with its last one. */
    private void addPadding(int example, int prefix, int longest, int i) {
      int own = tokens(example).length() - 1 - prefix;
      long start = origin[example] + prefix;
      for (int r = 0; r < longest; r++) {
        gather.add(start + Math.min(r, own - 1));
        if (r < own) {
          scatter.add((long) i * longest + r);
        }
      }
    }

    private void addTokens(TokenSequence tokens, int from, int to) {
      for (int t = from; t < to; t++) {
        ids.add(tokens.ids()[t]);
        positions.add(t);
      }
      rows += to - from;
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
                  sizes.build(),
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

    private TokenSequence tokens(int example) {
      return batch.examples().get(example).tokens();
    }
  }
}
