package dev.sluice.app;

import dev.sluice.train.TrainingListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The trainer's health: live while its loop turns, ready once its checkpoint is restored and its
 * partition assigned. Neither lag nor an unreachable broker makes it unhealthy: a restart would not
 * help.
 */
final class TrainerHealth implements TrainingListener, HealthCheck {

  private final Clock clock;
  private final Duration liveTimeout;

  private volatile Instant lastTurn;
  private volatile boolean restored;

  TrainerHealth(Clock clock, Duration liveTimeout) {
    this.clock = clock;
    this.liveTimeout = liveTimeout;
    this.lastTurn = clock.instant();
  }

  @Override
  public void ready(long step) {
    lastTurn = clock.instant();
    restored = true;
  }

  @Override
  public void turned() {
    lastTurn = clock.instant();
  }

  @Override
  public Status live() {
    Duration still = Duration.between(lastTurn, clock.instant());
    return new Status(
        !restored || still.compareTo(liveTimeout) <= 0,
        "the loop turned %d s ago; http.live.timeout is %d s"
            .formatted(still.toSeconds(), liveTimeout.toSeconds()));
  }

  @Override
  public Status ready() {
    return new Status(
        restored,
        restored ? "checkpoint restored, partition assigned" : "restoring the checkpoint");
  }
}
