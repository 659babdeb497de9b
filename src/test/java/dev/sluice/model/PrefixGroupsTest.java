package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.model.PrefixGroups.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixGroupsTest {

  @Test
  void tasksWithDifferentInstructionsAreDifferentGroups() {
    MicroBatch batch =
        batch(prompted(1, 30, 7), prompted(2, 30, 8), prompted(1, 30, 9), prompted(2, 30, 10));

    List<Group> groups = PrefixGroups.of(batch);

    assertEquals(List.of(new Group(30, List.of(0, 2)), new Group(30, List.of(1, 3))), groups);
  }

  @Test
  void aPrefixThatSavesLittleIsNotShared() {
    List<Group> groups = PrefixGroups.of(batch(prompted(1, 5, 7), prompted(1, 5, 8)));

    assertEquals(2, groups.stream().mapToInt(g -> g.examples().size()).sum());
    assertTrue(groups.size() == 2 || groups.get(0).prefix() == 5, "" + groups);
  }

  @Test
  void theRowThatPredictsTheFirstTargetIsEachExamplesOwn() {
    TokenSequence same = prompted(1, 40, 7);

    List<Group> groups = PrefixGroups.of(batch(same, same, same));

    assertEquals(List.of(new Group(firstTarget(same) - 1, List.of(0, 1, 2))), groups);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyExampleIsInOneGroupAndSharesItsPrefix(long seed) {
    MicroBatch batch = random(new Random(seed));

    List<Group> groups = PrefixGroups.of(batch);

    Set<Integer> seen = new HashSet<>();
    for (Group group : groups) {
      int[] first = ids(batch, group.examples().get(0));
      for (int example : group.examples()) {
        assertTrue(seen.add(example), "once");
        int[] ids = ids(batch, example);
        assertTrue(
            Arrays.equals(first, 0, group.prefix(), ids, 0, group.prefix()), "a common prefix");
        assertTrue(
            group.prefix() < firstTarget(batch.examples().get(example).tokens()), "own rows left");
      }
      assertTrue(group.examples().size() > 1 || group.prefix() == 0, "alone, nothing is shared");
    }
    assertEquals(batch.size(), seen.size());
    assertEquals(groups, PrefixGroups.of(batch), "a pure function");
  }

  private static MicroBatch random(Random random) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      sequences.add(prompted(random.nextInt(3), 10 + random.nextInt(30), random.nextInt(100)));
    }
    return batch(sequences.toArray(TokenSequence[]::new));
  }

  /** {@code length} tokens {@code instruction}, then six that end in two targets. */
  private static TokenSequence prompted(int instruction, int length, int seed) {
    int[] ids = new int[length + 6];
    Arrays.fill(ids, instruction);
    Random random = new Random(seed);
    for (int t = length; t < ids.length; t++) {
      ids[t] = 10 + seed + random.nextInt(100);
    }
    boolean[] target = new boolean[ids.length];
    target[ids.length - 2] = true;
    target[ids.length - 1] = true;
    return new TokenSequence(ids, target);
  }

  private static int firstTarget(TokenSequence tokens) {
    return tokens.length() - 2;
  }

  private static int[] ids(MicroBatch batch, int example) {
    return batch.examples().get(example).tokens().ids();
  }

  private static MicroBatch batch(TokenSequence... sequences) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (TokenSequence tokens : sequences) {
      examples.add(
          new TokenizedExample(
              new LabelledExample("i", "a", "t", new Completion("p", "c"), "s", null, null, 1),
              tokens,
              new SourcePosition("train", 0, examples.size())));
    }
    return new MicroBatch(examples);
  }
}
