package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepFlopsTest {

  private static final Set<TargetModule> ALL = EnumSet.allOf(TargetModule.class);

  /** One layer of 2 → 2 projections and a feed-forward of 3; a vocabulary of 40. */
  private static final ModelConfig TINY = RandomModel.llama(1, 2, 3, 1, 1, 2, 1e-5, 1e4, true);

  @Test
  void aStepOfTwoRowsIsCountedByHand() {
    MicroBatch batch = new MicroBatch(List.of(example(0, 1, 2, 3))); // 2 rows, 1 target

    long qkv = 3 * (16 + 24); // forward 8 + 4 + 4; gradients of x 8 + 4, A 4, B 4, x·A' 4
    long attention = 3 * 2 * (2 + 5); // three pairs of two numbers
    long o = 8 + 12; // one row: forward 4 + 2 + 2; gradients 4 + 2, 2, 2, 2
    long gateAndUp = 2 * (11 + 16); // forward 6 + 2 + 3; gradients 6 + 2, 2, 3, 3
    long down = 11 + 16; // forward 6 + 3 + 2; gradients 6 + 3, 3, 2, 2
    long head = 2 * 2 * 40;
    assertEquals(
        2 * (qkv + attention + o + gateAndUp + down + head),
        StepFlops.of(TINY, lora(1, ALL), false, batch));
  }

  @Test
  void recomputeAddsAForward() {
    MicroBatch batch = new MicroBatch(List.of(example(0, 1, 2, 3)));

    long forward = 3 * 16 + 3 * 2 * 2 + 8 + 2 * 11 + 11;
    assertEquals(
        2 * forward,
        StepFlops.of(TINY, lora(1, ALL), true, batch)
            - StepFlops.of(TINY, lora(1, ALL), false, batch));
  }

  @Test
  void aProjectionWithoutAnAdapterPassesOnlyTheGradientOfItsInput() {
    MicroBatch batch = new MicroBatch(List.of(example(0, 1, 2, 3)));

    long adapterOfDown = 5 + 10; // one row: forward 3 + 2; gradients 3, 3, 2, 2
    Set<TargetModule> others = EnumSet.complementOf(EnumSet.of(TargetModule.DOWN_PROJ));
    assertEquals(
        2 * adapterOfDown,
        StepFlops.of(TINY, lora(1, ALL), false, batch)
            - StepFlops.of(TINY, lora(1, others), false, batch));
  }

  @Test
  void aSharedPrefixSavesOperations() {
    MicroBatch batch = batch(new Random(3));

    LoraConfig lora = lora(4, ALL);
    ModelConfig model = RandomModel.tied(1).config();
    long apart =
        batch.examples().stream()
            .mapToLong(e -> StepFlops.of(model, lora, false, new MicroBatch(List.of(e))))
            .sum();
    assertTrue(StepFlops.of(model, lora, false, batch) < 0.8 * apart);
  }

  /** Examples of three instructions, of 20 to 40 tokens each. */
  private static MicroBatch batch(Random random) {
    List<TokenizedExample> examples = new ArrayList<>();
    int[] lengths = {20, 30, 40};
    for (int i = 0; i < 12; i++) {
      int instruction = random.nextInt(lengths.length);
      int[] ids = new int[lengths[instruction] + 2 + random.nextInt(12)];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = t < lengths[instruction] ? instruction : random.nextInt(40);
      }
      examples.add(example(i, ids));
    }
    return new MicroBatch(examples);
  }

  /** The last token is the target. */
  private static TokenizedExample example(long offset, int... ids) {
    boolean[] target = new boolean[ids.length];
    target[ids.length - 1] = true;
    return new TokenizedExample(
        new LabelledExample("i", "a", "t", new Completion("p", "c"), "s", null, null, 1),
        new TokenSequence(ids, target),
        new SourcePosition("train", 0, offset));
  }

  private static LoraConfig lora(int rank, Set<TargetModule> targets) {
    return new LoraConfig(rank, 16, LoraScaling.RSLORA, targets);
  }
}
