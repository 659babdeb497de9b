package dev.sluice.streams;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces a thread that a passing error killed; shuts the client down on any other error. */
final class UncaughtErrors implements StreamsUncaughtExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(UncaughtErrors.class);

  private final AtomicReference<@Nullable Throwable> last = new AtomicReference<>();

  @Override
  public StreamThreadExceptionResponse handle(Throwable error) {
    last.set(error);
    if (isRetriable(error)) {
      log.atWarn().setCause(error).log("Replacing a Streams thread after an error that may pass");
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  Optional<Throwable> last() {
    return Optional.ofNullable(last.get());
  }

  private static boolean isRetriable(Throwable error) {
    for (@Nullable Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }
}
