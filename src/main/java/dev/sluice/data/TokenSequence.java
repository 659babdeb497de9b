package dev.sluice.data;

/**
 * An example as token ids.
 *
 * @param ids token ids, prompt and completion joined {@code [tokens]}
 * @param target whether the token carries loss {@code [tokens]}; never the first one, which nothing
 *     predicts
 */
@SuppressWarnings("ArrayRecordComponent") // millions of tokens pass through: no boxing, no copy
public record TokenSequence(int[] ids, boolean[] target) {

  public TokenSequence {
    if (ids.length != target.length) {
      throw new IllegalArgumentException(
          "ids and target must have one length but had " + ids.length + " and " + target.length);
    }
    if (ids.length < 2 || target[0]) {
      throw new IllegalArgumentException("a sequence needs a token before its first target");
    }
  }

  public int length() {
    return ids.length;
  }

  /** The number of tokens that carry loss. */
  public int targetTokens() {
    int count = 0;
    for (boolean isTarget : target) {
      count += isTarget ? 1 : 0;
    }
    return count;
  }

  /** A number equal for equal labels (the target tokens), to count labels without keeping text. */
  public int labelHash() {
    int hash = 1;
    for (int i = 0; i < ids.length; i++) {
      if (target[i]) {
        hash = 31 * hash + ids[i];
      }
    }
    return hash;
  }

  @Override
  public String toString() {
    return "TokenSequence[%d tokens, %d targets]".formatted(length(), targetTokens());
  }
}
