package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Manifest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RebuildChainTest {

  private static final Manifest FIRST = SomeManifest.of(1, null, "");
  private static final Manifest SECOND = SomeManifest.of(2, 1L, "");
  private static final Manifest FORK = SomeManifest.of(4, 1L, "");

  @Test
  void oneVersionBeginsWithItsParent() {
    RebuildChain chain = RebuildChain.ofOne(List.of(FIRST, SECOND, FORK), FORK);

    assertEquals(Optional.of(FIRST), chain.parent());
    assertEquals(List.of(FORK), chain.versions());
    assertEquals(3, chain.examples());
    assertEquals(Optional.empty(), RebuildChain.ofOne(List.of(FIRST), FIRST).parent());
  }

  @Test
  void allVersionsAreThoseThatItCameFrom() {
    RebuildChain chain = RebuildChain.ofAll(List.of(FIRST, SECOND, FORK), FORK);

    assertEquals(Optional.empty(), chain.parent());
    assertEquals(List.of(FIRST, FORK), chain.versions());
  }

  @Test
  void aParentThatIsGoneOrNoParentAtAllIsNamed() {
    assertSays(
        "some@2 went on from version 1",
        assertThrows(
            CommandFailedException.class, () -> RebuildChain.ofOne(List.of(SECOND), SECOND)));
    Manifest own = SomeManifest.of(3, 3L, "");
    assertSays(
        "not older",
        assertThrows(CommandFailedException.class, () -> RebuildChain.ofAll(List.of(own), own)));
  }
}
