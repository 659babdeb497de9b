package dev.sluice.model;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.model.HuggingFaceTokens.Bos;
import dev.sluice.model.HuggingFaceTokens.Options;
import dev.sluice.model.HuggingFaceTokens.Overflow;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From an example's text to token ids. */
@State(Scope.Benchmark)
public class TokenizeBenchmark {

  private static final String INSTRUCTION =
      "Instruction: What is the sentiment of this headline? Choose from negative, neutral,"
          + " positive.\nInput: ";
  private static final String SENTENCE =
      "Acme Industries cut its full-year outlook after orders fell 12% in the third quarter. ";

  private final Completion headline =
      new Completion(INSTRUCTION + SENTENCE + "\nAnswer: ", "negative");
  private final Completion article =
      new Completion(INSTRUCTION + SENTENCE.repeat(20) + "\nAnswer: ", "negative");

  private HuggingFaceTokens tokens;

  @Setup
  public void open() {
    tokens =
        HuggingFaceTokens.open(
            ModelDirectory.open("builtin:sluice-tiny"),
            new Options(4096, Bos.AUTO, Overflow.REJECT));
  }

  @TearDown
  public void close() {
    tokens.close();
  }

  @Benchmark
  public TokenSequence headline() throws UnusableExampleException {
    return tokens.encode(headline);
  }

  @Benchmark
  public TokenSequence article() throws UnusableExampleException {
    return tokens.encode(article);
  }
}
