package dev.sluice.app;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that train on a file in place of a topic: a {@code @Mixin}. */
final class FileOptions {

  private static final class Source {
    @Option(
        names = "--file",
        paramLabel = "FILE",
        required = true,
        description =
            "Train on the rows of a JSON Lines file, without Kafka, and end with it: JSON v1,"
                + " FinLoRA's rows or conversations. Batches are as full as they can be, in the"
                + " order of the file; the last one takes what is left.")
    private Path file = Path.of("");

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "The directory for the adapter of --file; it must not exist.")
    private Path out = Path.of("");

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over --file; ${DEFAULT-VALUE} by default.")
    private int epochs = 1;
  }

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @ArgGroup(exclusive = false)
  private @Nullable Source source;

  boolean isAsked() {
    return source != null;
  }

  /**
   * A file to train on.
   *
   * @param out does not exist
   */
  record Asked(Path file, Path out, int epochs) {}

  /**
   * What is asked for, or null if training is from Kafka.
   *
   * @throws CommandFailedException if the file cannot be read, or the directory is there already
   * @throws IOException if the directory cannot be written, before hours of training show it
   */
  @Nullable Asked asked() throws IOException {
    if (source == null) {
      return null;
    }
    if (source.epochs < 1) {
      throw new ParameterException(
          spec.commandLine(), "--epochs must be at least 1 but was " + source.epochs);
    }
    Rows.requireReadable(source.file);
    Scratch.requireNew("--out", source.out);
    Scratch.beside(source.out).close();
    return new Asked(source.file, source.out, source.epochs);
  }
}
