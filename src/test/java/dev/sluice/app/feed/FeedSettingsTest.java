package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedSettingsTest {

  private static final FeedSettings SETTINGS = FeedSettings.of(1, "financial", Instant.EPOCH);

  @Test
  void hasFewBadRecordsFewDuplicatesAndNoDriftByDefault() {
    assertEquals(0.02, SETTINGS.badShare());
    assertEquals(0.01, SETTINGS.duplicateShare());
    assertEquals(FeedSettings.NO_DRIFT, SETTINGS.driftAfter());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesAShareOutsideZeroToOne(double share) {
    assertThrows(IllegalArgumentException.class, () -> SETTINGS.withBadShare(share));
    assertThrows(IllegalArgumentException.class, () -> SETTINGS.withDuplicateShare(share));
  }

  @Test
  void refusesSharesThatAddUpToMoreThanOne() {
    FeedSettings halfBad = SETTINGS.withBadShare(0.5);
    assertThrows(IllegalArgumentException.class, () -> halfBad.withDuplicateShare(0.6));
  }

  @Test
  void refusesANegativeDriftAnEmptyAdapterAndAnIntervalOfNothing() {
    assertThrows(IllegalArgumentException.class, () -> SETTINGS.withDriftAfter(-1));
    assertThrows(IllegalArgumentException.class, () -> FeedSettings.of(1, "", Instant.EPOCH));
    assertThrows(
        IllegalArgumentException.class,
        () -> new FeedSettings(1, "a", 0, 0, 0, Instant.EPOCH, Duration.ZERO));
  }
}
