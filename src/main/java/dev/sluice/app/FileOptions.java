package dev.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

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

  @ArgGroup(exclusive = false)
  private @Nullable Source source;

  /**
   * A file to train on.
   *
   * @param out does not exist
   */
  record Asked(Path file, Path out, int epochs) {}

  /**
   * What is asked for, or null if training is from Kafka.
   *
   * @throws CommandFailedException if it cannot be done
   * @throws IOException if the file is not there or the directory cannot be written, before hours
   *     of training show it
   */
  @Nullable Asked asked() throws IOException {
    if (source == null) {
      return null;
    }
    if (source.epochs < 1) {
      throw new CommandFailedException("--epochs must be at least 1 but was " + source.epochs);
    }
    if (Files.exists(source.out)) {
      throw new CommandFailedException(
          source.out + " exists already; name a directory that does not");
    }
    if (!Files.exists(source.file)) {
      throw new NoSuchFileException(source.file.toString());
    }
    Scratch.beside(source.out).close();
    return new Asked(source.file, source.out, source.epochs);
  }
}
