package dev.sluice.app.hub;

import java.time.Duration;

/** Lets time pass; tests do without. */
interface Sleeper {
  void sleep(Duration pause) throws InterruptedException;

  /**
   * Sleeps.
   *
   * @throws HubException if the thread is told to stop
   */
  default void pause(Duration pause) {
    try {
      sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while waiting", e);
    }
  }
}
