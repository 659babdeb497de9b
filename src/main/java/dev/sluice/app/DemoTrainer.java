package dev.sluice.app;

import dev.sluice.data.SluiceException;
import dev.sluice.kafka.TrainerLoop;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The trainer on a thread of its own. */
final class DemoTrainer implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 200;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> run;

  DemoTrainer(TrainerLoop loop) {
    run = thread.submit(() -> loop.run(stop::get));
  }

  void awaitReady(DemoWatch watch) throws InterruptedException {
    while (!watch.isReady()) {
      requireRunning();
      Thread.sleep(LOOK_MILLIS);
    }
  }

  void requireRunning() throws InterruptedException {
    if (hasEnded()) {
      result();
      throw new SluiceException("the trainer has ended before its time");
    }
  }

  void askToStop() {
    stop.set(true);
  }

  boolean hasEnded() {
    return run.isDone();
  }

  /** Returns when the thread no longer uses the model. */
  @Override
  public void close() {
    stop.set(true);
    thread.shutdownNow(); // it has ended already, or something failed and it may wait for Kafka
    try {
      if (!thread.awaitTermination(CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the trainer does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for its end, and throws what ended it. */
  void result() throws InterruptedException {
    try {
      run.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("the trainer failed", e.getCause());
    }
  }
}
