package dev.sluice.data;

import dev.sluice.data.ExampleText.Completion;

/** Examples for tests of any package. */
public final class Examples {
  private Examples() {}

  /**
   * An example of {@code length} tokens, the last one its target.
   *
   * @param length at least 2
   */
  public static TokenizedExample tokenized(long offset, int length) {
    boolean[] target = new boolean[length];
    target[length - 1] = true;
    return new TokenizedExample(
        labelled("id-" + offset, 1),
        new TokenSequence(new int[length], target),
        new SourcePosition("sluice.train", 0, offset));
  }

  /** An example of that source, of two tokens. */
  public static TokenizedExample from(String source, long offset) {
    TokenizedExample any = tokenized(offset, 2);
    LabelledExample e = any.example();
    return new TokenizedExample(
        new LabelledExample(
            e.id(), e.adapter(), e.task(), e.text(), source, null, null, e.weight()),
        any.tokens(),
        any.position());
  }

  static LabelledExample labelled(String id, double weight) {
    return new LabelledExample(
        id, "sentiment", "tfns", new Completion("prompt", "label"), "wire", null, null, weight);
  }
}
