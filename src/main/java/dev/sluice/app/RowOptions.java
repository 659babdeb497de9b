package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what steps without Kafka are taken on: a {@code @Mixin}. */
final class RowOptions {

  private static final int MAX_BATCH = 4096;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Rows, one JSON object a line; generated ones by default.")
  private @Nullable Path file;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples a step; ${DEFAULT-VALUE} by default.")
  private int batch = 16;

  @Nullable Path file() {
    return file;
  }

  int batch() {
    return batch;
  }

  /**
   * Says before a model is loaded, which takes minutes, what is wrong.
   *
   * @throws CommandFailedException if the file cannot be read
   */
  void check() {
    if (batch < 1 || batch > MAX_BATCH) {
      throw new ParameterException(
          spec.commandLine(),
          "--batch must be from 1 to %d but was %d".formatted(MAX_BATCH, batch));
    }
    if (file != null) {
      Rows.requireReadable(file);
    }
  }

  /** The file's first rows, or generated ones. */
  List<MicroBatch> batches(SluiceConfig config, Tokenizer tokenizer, int batches)
      throws IOException {
    return file == null
        ? Rows.ofFeed(config.seed(), tokenizer, batches, batch)
        : Rows.ofFile(file, tokenizer, batches, batch);
  }
}
