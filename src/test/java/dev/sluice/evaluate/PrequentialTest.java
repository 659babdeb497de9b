package dev.sluice.evaluate;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.train.ExampleScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrequentialTest {

  private static final int UP = 1;
  private static final int DOWN = 2;

  @Test
  void accuracyIsByTask() {
    Prequential prequential = new Prequential(10);
    prequential.add(List.of(score("b", true, UP), score("a", false, UP), score("b", false, DOWN)));
    assertEquals(
        Map.of("a", new TaskAccuracy(1, 0, 1), "b", new TaskAccuracy(2, 1, 1)),
        prequential.byTask());
    assertEquals("a", prequential.byTask().firstKey());
  }

  @Test
  void onlyTheNewestOfEachTaskCount() {
    Prequential prequential = new Prequential(2);
    prequential.add(List.of(score("a", false, UP), score("rare", true, UP)));
    prequential.add(List.of(score("a", true, DOWN), score("a", true, DOWN)));
    assertEquals(new TaskAccuracy(2, 2, 2), prequential.byTask().get("a"));
    assertEquals(new TaskAccuracy(1, 1, 1), prequential.byTask().get("rare"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agreesWithCountingTheNewestAgain(long seed) {
    Random random = new Random(seed);
    int window = 1 + random.nextInt(20);
    Prequential prequential = new Prequential(window);
    List<ExampleScore> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ExampleScore score = score("t", random.nextBoolean(), random.nextInt(3));
      all.add(score);
      prequential.add(List.of(score));
      List<ExampleScore> newest = all.subList(Math.max(0, all.size() - window), all.size());
      assertEquals(Prequential.of(newest), prequential.byTask().get("t"));
    }
  }

  @Test
  void theCommonestLabelIsWhatAlwaysAnsweringItWouldScore() {
    TaskAccuracy accuracy =
        Prequential.of(
            List.of(score("a", true, UP), score("a", false, DOWN), score("b", false, DOWN)));
    assertEquals(2, accuracy.commonestLabel());
    assertEquals(2.0 / 3, accuracy.commonestLabelShare());
    assertEquals(1.0 / 3, accuracy.accuracy());
  }

  @Test
  void withoutExamplesSharesAreZeroNotNaN() {
    TaskAccuracy none = Prequential.of(List.of());
    assertEquals(0, none.accuracy());
    assertEquals(0, none.commonestLabelShare());
    assertEquals(Map.of(), new Prequential(1).byTask());
  }

  @Test
  void refusesAWindowWithoutRoom() {
    assertSays(
        "window must be at least 1 but was 0",
        assertThrows(IllegalArgumentException.class, () -> new Prequential(0)));
  }

  private static ExampleScore score(String task, boolean correct, int label) {
    return new ExampleScore(task, correct, label);
  }
}
