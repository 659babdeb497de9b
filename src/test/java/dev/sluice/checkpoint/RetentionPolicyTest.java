package dev.sluice.checkpoint;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.RetentionPolicy.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetentionPolicyTest {

  @Test
  void keepsTheNewestAndTheParentOfTheOldestOfThem() {
    assertEquals(Set.of(1L, 2L, 3L), new RetentionPolicy(2, 0).dropped(chain(6), Set.of()));
  }

  @Test
  void keepsMultiplesWithTheirParents() {
    assertEquals(Set.of(1L, 2L, 5L, 6L), new RetentionPolicy(1, 4).dropped(chain(10), Set.of()));
  }

  @Test
  void keepsReleasedVersionsWithTheirParents() {
    assertEquals(
        Set.of(2L, 3L, 6L), new RetentionPolicy(1, 0).dropped(chain(10), Set.of(1L, 5L, 8L)));
  }

  @Test
  void dropsNothingOfAShortLineage() {
    assertEquals(Set.of(), new RetentionPolicy(10, 0).dropped(chain(11), Set.of()));
    assertEquals(Set.of(), new RetentionPolicy(1, 0).dropped(List.of(), Set.of(3L)));
  }

  @Test
  void refusesToKeepNothing() {
    assertSays(
        "retention.keep.last must be at least 1 but was 0",
        assertThrows(IllegalArgumentException.class, () -> new RetentionPolicy(0, 1)));
    assertSays(
        "retention.keep.every must be at least 0 but was -1",
        assertThrows(IllegalArgumentException.class, () -> new RetentionPolicy(1, -1)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void neverDropsWhatIsNeeded(long seed) {
    Random random = new Random(seed);
    List<Version> versions = forked(random);
    RetentionPolicy policy = new RetentionPolicy(1 + random.nextInt(8), random.nextInt(6));
    Set<Long> released = some(random, versions);
    Map<Long, Version> byNumber =
        versions.stream().collect(Collectors.toMap(Version::number, Function.identity()));

    NavigableSet<Long> dropped = policy.dropped(versions, released);

    List<Long> newest =
        versions.stream()
            .map(Version::number)
            .sorted(Collections.reverseOrder())
            .limit(policy.keepLast())
            .toList();
    assertTrue(Collections.disjoint(dropped, newest), "the newest");
    assertTrue(Collections.disjoint(dropped, released), "released ones and targets of a rollback");
    assertTrue(byNumber.keySet().containsAll(dropped), "only what is there");
    for (long number : dropped) {
      assertTrue(number < Collections.min(newest), "only older ones than the newest");
      assertFalse(policy.keepEvery() > 0 && number % policy.keepEvery() == 0, "multiples");
    }
    for (Version version : versions) {
      boolean wanted =
          newest.contains(version.number())
              || released.contains(version.number())
              || (policy.keepEvery() > 0 && version.number() % policy.keepEvery() == 0);
      if (wanted && version.parent() != null) {
        assertFalse(dropped.contains(version.parent()), "the parent of a kept version");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void dropsAllThatNobodyNeeds(long seed) {
    Random random = new Random(seed);
    List<Version> versions = forked(random);
    RetentionPolicy policy = new RetentionPolicy(1 + random.nextInt(8), 0);
    Set<Long> released = some(random, versions);

    int kept = versions.size() - policy.dropped(versions, released).size();

    assertTrue(kept <= 2 * (policy.keepLast() + released.size()), "each with its parent at most");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aNewerVersionNeverSavesOneThatWasDropped(long seed) {
    Random random = new Random(seed);
    List<Version> versions = forked(random);
    RetentionPolicy policy = new RetentionPolicy(1 + random.nextInt(8), random.nextInt(6));
    Set<Long> released = some(random, versions);
    NavigableSet<Long> before = policy.dropped(versions, released);

    long newest = versions.stream().mapToLong(Version::number).max().orElse(0);
    versions.add(new Version(newest + 1, newest == 0 ? null : newest));

    assertTrue(
        policy.dropped(versions, released).containsAll(before),
        "so a commit during a trim takes nothing from it");
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  private static List<Version> chain(long newest) {
    return LongStream.rangeClosed(1, newest)
        .mapToObj(v -> new Version(v, v == 1 ? null : v - 1))
        .toList();
  }

  /** In any order, with gaps, and with parents further back than one version. */
  private static List<Version> forked(Random random) {
    List<Version> versions = new ArrayList<>();
    long number = 0;
    int count = random.nextInt(60);
    for (int i = 0; i < count; i++) {
      number += 1 + (random.nextInt(4) == 0 ? random.nextInt(3) : 0);
      Long parent =
          versions.isEmpty()
              ? null
              : versions.get(Math.max(0, versions.size() - 1 - random.nextInt(3))).number();
      versions.add(new Version(number, parent));
    }
    Collections.shuffle(versions, random);
    return versions;
  }

  private static Set<Long> some(Random random, List<Version> versions) {
    Set<Long> some = new HashSet<>();
    for (int i = random.nextInt(4); i > 0 && !versions.isEmpty(); i--) {
      some.add(versions.get(random.nextInt(versions.size())).number());
    }
    return some;
  }
}
