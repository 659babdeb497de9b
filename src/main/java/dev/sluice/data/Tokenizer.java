package dev.sluice.data;

/** Turns an example's text into tokens. Implementations may be called from any thread. */
public interface Tokenizer {

  /**
   * Encodes prompt and completion apart and joins them, end-of-text included.
   *
   * @throws UnusableExampleException if the example cannot be trained on with this model
   */
  TokenSequence encode(ExampleText text) throws UnusableExampleException;
}
