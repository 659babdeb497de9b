package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrimmedJsonTest {

  @Test
  void saysWhatIsGoneSinceWhen() {
    byte[] value = TrimmedJson.write("sentiment", 3, 812, Instant.EPOCH);
    assertEquals(
        "{\"v\":1,\"adapter\":\"sentiment\",\"version\":3,\"trimmedAt\":\"1970-01-01T00:00:00Z\",\"bytes\":812}",
        new String(value, UTF_8));
    assertEquals(3, TrimmedJson.version(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no json", "{}", "{\"v\":1}", "{\"v\":2,\"version\":3}"})
  void refusesWhatNamesNoVersion(String value) {
    assertThrows(PayloadException.class, () -> TrimmedJson.version(value.getBytes(UTF_8)));
  }
}
