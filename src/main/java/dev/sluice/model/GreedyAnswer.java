package dev.sluice.model;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;

/**
 * What a model goes on with if it always takes the most likely token.
 *
 * @param ids without the token that ended it
 * @param end why there are no more
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
public record GreedyAnswer(int[] ids, End end) {

  /** Why an answer ends. */
  public enum End {
    END_OF_TEXT,
    MAX_TOKENS,
    /** Prompt and answer fill the model's context. */
    CONTEXT
  }

  /**
   * Decodes an answer. Every token costs a forward pass over all that came before it.
   *
   * @param next the most likely token after these
   * @param isEnd whether a token ends the answer
   * @param maxTokens of the answer, at least 1
   * @param maxLength of prompt and answer together, above that of the prompt
   */
  public static GreedyAnswer decode(
      int[] prompt, ToIntFunction<int[]> next, IntPredicate isEnd, int maxTokens, int maxLength) {
    int room = Math.min(maxTokens, maxLength - prompt.length);
    int[] ids = Arrays.copyOf(prompt, prompt.length + room);
    for (int length = prompt.length; length < ids.length; length++) {
      int token = next.applyAsInt(Arrays.copyOf(ids, length));
      if (isEnd.test(token)) {
        return new GreedyAnswer(Arrays.copyOfRange(ids, prompt.length, length), End.END_OF_TEXT);
      }
      ids[length] = token;
    }
    return new GreedyAnswer(
        Arrays.copyOfRange(ids, prompt.length, ids.length),
        room == maxTokens ? End.MAX_TOKENS : End.CONTEXT);
  }

  @Override
  public String toString() {
    return "GreedyAnswer[%d tokens, %s]".formatted(ids.length, end);
  }
}
