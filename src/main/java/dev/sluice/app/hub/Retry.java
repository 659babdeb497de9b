package dev.sluice.app.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again what failed for a moment, after 1, 2, 4, 8 and 16 seconds, and then no more. */
final class Retry {

  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private static final int RETRIES = 5;

  private final Sleeper sleeper;

  Retry(Sleeper sleeper) {
    this.sleeper = sleeper;
  }

  /** One try. */
  interface Attempt<T> {
    T run() throws IOException, TransientFailure;
  }

  <T> T run(String what, Attempt<T> attempt) throws IOException {
    return run(what, () -> 0, attempt);
  }

  /**
   * Counts the failures anew whenever there was progress, so that a long download survives many
   * short breaks.
   *
   * @param progress never falls, and is bounded
   * @throws HubException if it failed too often in a row
   */
  <T> T run(String what, LongSupplier progress, Attempt<T> attempt) throws IOException {
    int failures = 0;
    while (true) {
      long before = progress.getAsLong();
      try {
        return attempt.run();
      } catch (TransientFailure e) {
        failures = progress.getAsLong() > before ? 1 : failures + 1;
        if (failures > RETRIES) {
          throw new HubException(
              "fetching %s failed %d times in a row, at last because %s; run the command again later: it goes on where it stopped"
                  .formatted(what, failures, e.getMessage()),
              e);
        }
        Duration pause = Duration.ofSeconds(1L << (failures - 1));
        LOG.atWarn()
            .addKeyValue("file", what)
            .addKeyValue("reason", e.getMessage())
            .addKeyValue("seconds", pause.toSeconds())
            .log("Trying again");
        sleeper.pause(pause);
      }
    }
  }
}
