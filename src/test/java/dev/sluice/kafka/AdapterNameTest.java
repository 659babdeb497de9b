package dev.sluice.kafka;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdapterNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "sentiment", "FinLoRA-tfns_v1.2", "7"})
  void takesNamesThatAreFilesAndKeys(String name) {
    assertDoesNotThrow(() -> AdapterName.require(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a@1", "a/b", "..", ".hidden", "-x", "é", "a\n"})
  void refusesNamesThatWouldBreakKeysOrPaths(String name) {
    assertThrows(IllegalArgumentException.class, () -> AdapterName.require(name));
  }

  @Test
  void refusesMoreThanAHundredCharacters() {
    AdapterName.require("a".repeat(100));

    var failure =
        assertThrows(IllegalArgumentException.class, () -> AdapterName.require("a".repeat(101)));
    assertSays("1 to 100", failure);
  }
}
