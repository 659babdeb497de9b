package dev.sluice.app;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the base model. */
final class ModelOptions {

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The base model: a Hugging Face directory of the Llama family, org/name if 'sluice"
              + " model fetch' brought it, or builtin:sluice-tiny (model.dir).")
  private @Nullable String model;

  /** What it overrides in the configuration. */
  Map<String, String> overrides() {
    return model == null ? Map.of() : Map.of("model.dir", model);
  }
}
