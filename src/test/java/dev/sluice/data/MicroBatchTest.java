package dev.sluice.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroBatchTest {

  @Test
  void addsUpItsExamplesAndKnowsItsOffsets() {
    MicroBatch batch = new MicroBatch(List.of(Examples.tokenized(7, 3), Examples.tokenized(9, 4)));
    assertEquals(2, batch.size());
    assertEquals(7, batch.tokens());
    assertEquals(2, batch.targetTokens());
    assertEquals(7, batch.firstOffset());
    assertEquals(9, batch.lastOffset());
  }

  @Test
  void keepsItsExamplesWhenTheListChanges() {
    List<TokenizedExample> list = new ArrayList<>(List.of(Examples.tokenized(0, 2)));
    MicroBatch batch = new MicroBatch(list);
    list.clear();
    assertEquals(1, batch.size());
  }

  @Test
  void isNeverEmpty() {
    assertThrows(IllegalArgumentException.class, () -> new MicroBatch(List.of()));
  }
}
