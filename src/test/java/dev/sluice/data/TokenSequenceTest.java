package dev.sluice.data;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TokenSequenceTest {

  @Test
  void countsItsTargets() {
    TokenSequence tokens =
        new TokenSequence(new int[] {5, 6, 7, 8}, new boolean[] {false, true, false, true});
    assertEquals(4, tokens.length());
    assertEquals(2, tokens.targetTokens());
  }

  @Test
  void equalLabelsHaveEqualHashesWhateverThePrompt() {
    TokenSequence one = new TokenSequence(new int[] {5, 7, 2}, new boolean[] {false, true, true});
    TokenSequence longer =
        new TokenSequence(new int[] {9, 9, 7, 2}, new boolean[] {false, false, true, true});
    TokenSequence other = new TokenSequence(new int[] {5, 8, 2}, new boolean[] {false, true, true});
    assertEquals(one.labelHash(), longer.labelHash());
    assertNotEquals(one.labelHash(), other.labelHash());
  }

  @Test
  void refusesAFirstTokenThatNothingPredicts() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new TokenSequence(new int[2], new boolean[] {true, true}));
    assertThrows(
        IllegalArgumentException.class, () -> new TokenSequence(new int[1], new boolean[1]));
  }

  @Test
  void refusesArraysOfDifferentLengths() {
    assertSays(
        "3 and 2",
        assertThrows(
            IllegalArgumentException.class, () -> new TokenSequence(new int[3], new boolean[2])));
  }

  @Test
  void showsNoTokens() {
    assertEquals(
        "TokenSequence[2 tokens, 1 targets]",
        new TokenSequence(new int[] {123, 456}, new boolean[] {false, true}).toString());
  }
}
