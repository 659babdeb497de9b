package dev.sluice.serde;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Release;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseJsonTest {

  private static final Instant AT = Instant.parse("2026-03-01T12:00:00.25Z");

  @Test
  void readsBackWhatItWrote() {
    Release full = new Release("sentiment", 12, AT, "desk", "beats 9", List.of(9L, 4L));
    assertEquals(full, ReleaseJson.read(ReleaseJson.write(full)));
    Release bare = Release.first("sentiment", 1, AT, null, null);
    assertEquals(bare, ReleaseJson.read(ReleaseJson.write(bare)));
  }

  @Test
  void isWrittenForOtherProgramsToRead() {
    assertEquals(
        "{\"v\":1,\"adapter\":\"sentiment\",\"version\":12,\"releasedAt\":\"2026-03-01T12:00:00.250Z\",\"by\":null,\"reason\":\"beats"
            + " 9\",\"previous\":[9,4]}",
        new String(
            ReleaseJson.write(new Release("sentiment", 12, AT, null, "beats 9", List.of(9L, 4L))),
            UTF_8));
  }

  @Test
  void ignoresFieldsOfLaterWriters() {
    assertEquals(
        Release.first("a", 2, AT, null, null),
        read(
            "{\"v\":1,\"adapter\":\"a\",\"version\":2,\"releasedAt\":\"2026-03-01T12:00:00.25Z\",\"stage\":\"canary\"}"));
  }

  @Test
  void refusesANewerFormatAndSaysWhatToDo() {
    Throwable failure = assertThrows(PayloadException.class, () -> read("{\"v\":2}"));
    assertSays("a release of format 2 cannot be read by this Sluice", failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{}",
        "{\"v\":1}",
        "{\"v\":1,\"adapter\":\"a\",\"version\":2}",
        "{\"v\":1,\"adapter\":\"a\",\"releasedAt\":\"2026-03-01T12:00:00Z\"}",
        "{\"v\":1,\"adapter\":\"a\",\"version\":2,\"releasedAt\":\"noon\"}",
        "{\"v\":1,\"adapter\":\"a\",\"version\":2,\"releasedAt\":\"2026-03-01T12:00:00Z\",\"previous\":[2]}"
      })
  void refusesWhatIsNoRelease(String value) {
    assertSays(
        "a record of the releases topic is not a release",
        assertThrows(PayloadException.class, () -> read(value)));
  }

  private static Release read(String value) {
    return ReleaseJson.read(value.getBytes(UTF_8));
  }
}
