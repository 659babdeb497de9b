package dev.sluice.app;

import dev.sluice.app.config.InvalidConfigurationException;
import dev.sluice.data.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/**
 * What a user is told about an exception.
 *
 * @param expected whether a user can mend it; otherwise it may be a defect of Sluice
 */
record Failure(int exitCode, String message, boolean expected) {

  /**
   * Looks through the exceptions that only wrap others for the first that can be put in words.
   *
   * @param kafkaServers what the command tried to reach; empty if unknown
   */
  static Failure of(Throwable thrown, String kafkaServers) {
    for (Throwable t = thrown; t != null; t = wrapped(t)) {
      if (t instanceof InvalidConfigurationException) {
        return new Failure(ExitCode.USAGE, messageOf(t), true);
      }
      Optional<String> words = inWords(t, kafkaServers);
      if (words.isPresent()) {
        return new Failure(ExitCode.SOFTWARE, words.get(), true);
      }
    }
    return new Failure(ExitCode.SOFTWARE, thrown.toString(), false);
  }

  private static Optional<String> inWords(Throwable thrown, String kafkaServers) {
    if (thrown instanceof SluiceException) {
      return Optional.of(messageOf(thrown));
    }
    return thrown instanceof IOException e
        ? Optional.of(FileFailures.inWords(e))
        : KafkaFailures.inWords(thrown, kafkaServers);
  }

  private static @Nullable Throwable wrapped(Throwable thrown) {
    return thrown instanceof ExecutionException
            || thrown instanceof CompletionException
            || thrown instanceof UncheckedIOException
            || thrown instanceof KafkaException
            || thrown.getClass() == RuntimeException.class // RocksDB's way to pass on others
        ? thrown.getCause()
        : null;
  }

  static String messageOf(Throwable thrown) {
    return Objects.requireNonNullElse(thrown.getMessage(), thrown.getClass().getSimpleName());
  }
}
