package dev.sluice.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and Ctrl-C into a flag, and holds the JVM back until the command has left in good
 * order: a step is finished, a checkpoint committed, the last word printed.
 */
final class StopSignal implements AutoCloseable {

  /** Longer than a slow step and a large checkpoint. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A process is told to stop once, whatever it runs. */
  private static final CountDownLatch RECEIVED = new CountDownLatch(1);

  private final Thread command = Thread.currentThread();
  private final Thread hook = new Thread(this::holdBack, "stop-signal");

  private StopSignal() {}

  /** To be called by the thread that runs the command. */
  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /**
   * Whether this process was told to stop while a command listened. The JVM is then on its way out:
   * {@code System.exit} would wait for a thread that waits for the caller.
   */
  static boolean wasReceived() {
    return RECEIVED.getCount() == 0;
  }

  boolean isSet() {
    return wasReceived();
  }

  /**
   * Waits until the process is told to stop.
   *
   * @return whether it was, within this time
   */
  boolean await(Duration time) throws InterruptedException {
    return RECEIVED.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The command no longer listens: from now on a signal ends the process at once. */
  @Override
  public void close() {
    if (!wasReceived()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The signal came just now: the hook is waiting for this thread.
      }
    }
  }

  private void holdBack() {
    RECEIVED.countDown();
    try {
      command.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
