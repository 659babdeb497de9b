package dev.sluice.app.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Gives up a body that no longer comes: the JDK's client has a timeout for the headers of an answer
 * but none for its body, and a dead connection can stay open for hours.
 */
final class ImpatientInputStream extends FilterInputStream {

  private static final ScheduledThreadPoolExecutor WATCH = watch();

  private final Duration patience;
  private volatile boolean stalled;

  /**
   * @param in another thread may close it while it is read
   * @param patience how long a single read may take
   */
  ImpatientInputStream(InputStream in, Duration patience) {
    super(in);
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Future<?> alarm = WATCH.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      throw stalled
          ? new IOException("nothing came for " + patience.toSeconds() + " seconds", e)
          : e;
    } finally {
      alarm.cancel(false);
    }
  }

  private void giveUp() {
    stalled = true;
    try {
      in.close();
    } catch (IOException e) {
      // The reader learns of it.
    }
  }

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "hub-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }
}
