package dev.sluice.app;

import dev.sluice.app.config.InvalidConfigurationException;
import dev.sluice.app.finlora.FinLora;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that name a FinLoRA configuration: a {@code @Mixin}. */
final class FinLoraOptions {

  private static final class Source {
    @Option(
        names = "--finlora",
        paramLabel = "FILE",
        required = true,
        description =
            "A FinLoRA configuration, YAML or JSON, read as it is. It stands in for the defaults:"
                + " --config, --set and --model win over it. What became of each key is logged.")
    private Path file = Path.of("");

    @Option(
        names = "--finlora-name",
        paramLabel = "NAME",
        description = "Which of the file's configurations, if it has several.")
    private @Nullable String name;
  }

  @ArgGroup(exclusive = false)
  private @Nullable Source source;

  /**
   * Reads it; {@link FinLora#NONE} if none is asked for.
   *
   * @throws InvalidConfigurationException with all problems together
   */
  FinLora read() {
    return source == null
        ? FinLora.NONE
        : FinLora.read(source.file, Optional.ofNullable(source.name));
  }
}
