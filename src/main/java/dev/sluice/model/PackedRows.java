package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;

/**
 * A micro-batch as the step program reads it: the tokens of all examples one after another, without
 * padding. The last token of an example predicts nothing and is left out.
 *
 * @param ids token ids {@code [rows]}
 * @param positions position of each row within its example {@code [rows]}
 * @param lengths rows of each example {@code [examples]}
 * @param active rows that predict a target token {@code [targets]}
 * @param target the token to predict {@code [targets]}
 * @param weight factor of each target's loss {@code [targets]}
 */
@SuppressWarnings("ArrayRecordComponent") // goes straight into native memory
record PackedRows(
    long[] ids, long[] positions, long[] lengths, long[] active, long[] target, float[] weight) {

  static PackedRows of(MicroBatch batch) {
    int rows = batch.tokens() - batch.size();
    int targets = batch.targetTokens();
    PackedRows packed =
        new PackedRows(
            new long[rows],
            new long[rows],
            new long[batch.size()],
            new long[targets],
            new long[targets],
            new float[targets]);
    int row = 0;
    int next = 0;
    for (int i = 0; i < batch.size(); i++) {
      TokenizedExample example = batch.examples().get(i);
      TokenSequence tokens = example.tokens();
      packed.lengths[i] = tokens.length() - 1L;
      for (int t = 0; t < tokens.length() - 1; t++, row++) {
        packed.ids[row] = tokens.ids()[t];
        packed.positions[row] = t;
        if (tokens.target()[t + 1]) {
          packed.active[next] = row;
          packed.target[next] = tokens.ids()[t + 1];
          packed.weight[next] = (float) example.example().weight();
          next++;
        }
      }
    }
    return packed;
  }
}
