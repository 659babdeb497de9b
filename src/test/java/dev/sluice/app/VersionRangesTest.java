package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VersionRangesTest {

  @Test
  void runsBecomeRanges() {
    assertEquals("1, 5, 7-9", VersionRanges.text(List.of(9L, 1L, 8L, 5L, 7L)));
    assertEquals("1-2", VersionRanges.text(List.of(1L, 2L)));
    assertEquals("none", VersionRanges.text(List.of()));
  }

  @Test
  void ofManyTheNewestAreNamed() {
    String text = VersionRanges.text(LongStream.range(0, 50).map(v -> 2 * v).boxed().toList());
    assertEquals("…, 60, 62", text.substring(0, 9));
    assertEquals("98", text.substring(text.length() - 2));
  }
}
