package dev.sluice.data;

import java.util.List;

/** The examples of one native call, in the order of the log. Not empty. */
public record MicroBatch(List<TokenizedExample> examples) {

  public MicroBatch {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a micro-batch must have an example");
    }
  }

  public int size() {
    return examples.size();
  }

  /** All tokens, prompts included. */
  public int tokens() {
    return examples.stream().mapToInt(e -> e.tokens().length()).sum();
  }

  public int targetTokens() {
    return examples.stream().mapToInt(e -> e.tokens().targetTokens()).sum();
  }

  public long firstOffset() {
    return examples.get(0).position().offset();
  }

  public long lastOffset() {
    return examples.get(examples.size() - 1).position().offset();
  }
}
