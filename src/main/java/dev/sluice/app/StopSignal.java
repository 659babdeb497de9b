package dev.sluice.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGTERM and Ctrl-C into a flag, and holds the JVM back until the command has left in good
 * order: a step is finished and a checkpoint committed.
 */
final class StopSignal implements AutoCloseable {

  /** Longer than a slow step and a large checkpoint. */
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch left = new CountDownLatch(1);
  private final Thread hook = new Thread(this::holdBack, "stop-signal");

  private volatile boolean set;

  private StopSignal() {}

  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  boolean isSet() {
    return set;
  }

  /** The command has left. */
  @Override
  public void close() {
    left.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook is running and sees the latch.
    }
  }

  private void holdBack() {
    set = true;
    try {
      left.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
