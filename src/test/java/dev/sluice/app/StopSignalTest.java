package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class StopSignalTest {

  @Test
  void isNotSetUntilTheProcessIsToldToStop() {
    try (StopSignal signal = StopSignal.install()) {
      assertFalse(signal.isSet());
    }
  }

  @Test
  void mayBeClosedTwiceAndInstalledAgain() {
    StopSignal signal = StopSignal.install();
    signal.close();
    signal.close();
    StopSignal.install().close();
    assertFalse(signal.isSet());
  }
}
