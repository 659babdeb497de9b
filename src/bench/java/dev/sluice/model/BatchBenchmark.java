package dev.sluice.model;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.MicroBatcher;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From token ids to what the step program reads: 16 examples of 100 tokens, two instructions. */
@State(Scope.Benchmark)
public class BatchBenchmark {

  private static final int EXAMPLES = 16;
  private static final int TOKENS = 100;
  private static final int INSTRUCTION = 40;
  private static final Completion TEXT = new Completion("prompt", "completion");

  private final List<TokenizedExample> examples = new ArrayList<>();
  private MicroBatch batch;

  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < EXAMPLES; i++) {
      int[] ids = random.ints(TOKENS, 10, 4096).toArray();
      Arrays.fill(ids, 0, INSTRUCTION, i % 2);
      boolean[] target = new boolean[TOKENS];
      target[TOKENS - 2] = true;
      target[TOKENS - 1] = true;
      examples.add(
          new TokenizedExample(
              new LabelledExample("id-" + i, "a", "task", TEXT, "source", null, null, 1),
              new TokenSequence(ids, target),
              new SourcePosition("train", 0, i)));
    }
    batch = new MicroBatch(examples);
  }

  @Benchmark
  public List<MicroBatch> microBatch() {
    MicroBatcher batcher = new MicroBatcher(EXAMPLES, EXAMPLES * TOKENS, Duration.ofSeconds(2));
    List<MicroBatch> closed = List.of();
    for (TokenizedExample example : examples) {
      closed = batcher.add(example, Instant.EPOCH);
    }
    return closed;
  }

  @Benchmark
  public Object packedRows() {
    return PackedRows.of(batch);
  }
}
