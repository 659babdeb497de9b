package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.model.GreedyAnswer.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreedyAnswerTest {

  private static final int[] PROMPT = {7, 8};

  @Test
  void stopsAtEndOfTextAndLeavesItOut() {
    GreedyAnswer answer = decode(3, 10, 100);
    assertArrayEquals(new int[] {1, 2}, answer.ids());
    assertEquals(End.END_OF_TEXT, answer.end());
  }

  @Test
  void anAnswerCanBeEmpty() {
    GreedyAnswer answer = decode(1, 10, 100);
    assertArrayEquals(new int[0], answer.ids());
    assertEquals(End.END_OF_TEXT, answer.end());
  }

  @Test
  void stopsAtMaxTokens() {
    GreedyAnswer answer = decode(9, 4, 100);
    assertArrayEquals(new int[] {1, 2, 3, 4}, answer.ids());
    assertEquals(End.MAX_TOKENS, answer.end());
  }

  @Test
  void stopsWhereTheContextEnds() {
    GreedyAnswer answer = decode(9, 10, PROMPT.length + 3);
    assertArrayEquals(new int[] {1, 2, 3}, answer.ids());
    assertEquals(End.CONTEXT, answer.end());
  }

  @Test
  void everyTokenIsAskedForAfterAllBeforeIt() {
    List<List<Integer>> asked = new ArrayList<>();
    GreedyAnswer.decode(
        PROMPT,
        ids -> {
          asked.add(Arrays.stream(ids).boxed().toList());
          return 5;
        },
        id -> false,
        3,
        100);
    assertEquals(List.of(List.of(7, 8), List.of(7, 8, 5), List.of(7, 8, 5, 5)), asked);
  }

  /** A model that counts from 1. */
  private static GreedyAnswer decode(int end, int maxTokens, int maxLength) {
    return GreedyAnswer.decode(
        PROMPT, ids -> ids.length - PROMPT.length + 1, id -> id == end, maxTokens, maxLength);
  }
}
