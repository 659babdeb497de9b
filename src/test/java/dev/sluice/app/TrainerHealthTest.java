package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TrainerHealthTest {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Stands still until it is moved. */
  private static final class FakeClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final FakeClock clock = new FakeClock();
  private final TrainerHealth health = new TrainerHealth(clock, TIMEOUT);

  @Test
  void isReadyOnceTheCheckpointIsRestored() {
    assertFalse(health.ready().ok());
    assertEquals("restoring the checkpoint", health.ready().detail());
    health.ready(41);
    assertTrue(health.ready().ok());
  }

  @Test
  void aLongRestoreIsNotDeath() {
    clock.advance(TIMEOUT.multipliedBy(10));
    assertTrue(health.live().ok());
    health.ready(41);
    assertTrue(health.live().ok());
  }

  @Test
  void isLiveWhileTheLoopTurnsAndDeadOneMomentAfterTheTimeout() {
    health.ready(0);
    clock.advance(Duration.ofMinutes(10));
    health.turned();
    clock.advance(TIMEOUT);
    assertTrue(health.live().ok());
    clock.advance(Duration.ofMillis(1));
    assertFalse(health.live().ok());
    assertEquals("the loop turned 120 s ago; http.live.timeout is 120 s", health.live().detail());
    health.turned();
    assertTrue(health.live().ok());
  }

  @Test
  void standingStillDoesNotMakeItUnready() {
    health.ready(0);
    clock.advance(TIMEOUT.multipliedBy(2));
    assertTrue(health.ready().ok());
  }
}
