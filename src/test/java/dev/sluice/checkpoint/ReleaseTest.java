package dev.sluice.checkpoint;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void theReleasedVersionBecomesTheFirstTargetOfARollback() {
    Release release = release(3).then(5, NOW, "desk", "better").then(9, NOW, null, null);
    assertEquals(9, release.version());
    assertEquals(List.of(5L, 3L), release.previous());
    assertEquals(Set.of(3L, 5L, 9L), release.versions());
  }

  @Test
  void aVersionThatIsReleasedAgainIsNoTargetOfItsOwnRollback() {
    Release release = release(3).then(5, NOW, null, null).then(3, NOW, null, null);
    assertEquals(List.of(5L), release.previous());
  }

  @Test
  void goingBackTwiceGoesFurtherBack() {
    Release release = release(3).then(5, NOW, null, null).then(9, NOW, null, null);
    Release once = release.back(5, NOW, null, null);
    assertEquals(new Release("a", 5, NOW, null, null, List.of(3L)), once);
    assertEquals(List.of(), once.back(3, NOW, null, null).previous());
    assertEquals(List.of(), release.back(3, NOW, null, null).previous());
  }

  @Test
  void goesBackToEarlierReleasesOnly() {
    assertSays(
        "version 4 is not among the earlier releases [3]",
        assertThrows(
            IllegalArgumentException.class,
            () -> release(3).then(5, NOW, null, null).back(4, NOW, null, null)));
  }

  @Test
  void refusesWhatCannotBeReleased() {
    assertThrows(IllegalArgumentException.class, () -> release(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Release("a", 3, NOW, null, null, List.of(2L, 3L)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Release("a", 3, NOW, null, null, List.of(2L, 2L)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverIsReleasedTheTargetsAreFewDistinctAndNewestFirst(long seed) {
    Random random = new Random(seed);
    Release release = release(1);
    for (int i = 0; i < 100; i++) {
      Release next = release.then(1 + random.nextInt(8), NOW, null, null);
      if (next.version() != release.version()) {
        assertEquals(release.version(), next.previous().get(0));
      }
      assertTrue(next.previous().size() <= Release.MAX_PREVIOUS);
      assertEquals(next.previous().size() + 1, next.versions().size());
      release = next;
    }
  }

  private static Release release(long version) {
    return Release.first("a", version, NOW, null, null);
  }
}
