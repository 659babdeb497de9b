package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.AdapterState;
import dev.sluice.model.MergedModel;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a model of a base model and an adapter. */
@Command(
    name = "merge",
    description = {
      "Writes the base model with the adapter merged into its projections, W +"
          + " \u03b3\u00b7B\u00b7A, as a Hugging Face directory: what serves or converts a model"
          + " takes it like any other. Configuration, tokenizer and licence files are copied. The"
          + " directory is complete or absent."
    },
    footer = {
      "  sluice adapter merge --dir ./sentiment --out ./merged --model ./SmolLM2-135M",
      "  sluice adapter merge --adapter sentiment --adapter-version 12 --out ./merged --dtype bf16",
    })
final class AdapterMergeCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private AdapterSource source = new AdapterSource();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The directory to write; it must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "What all weights are stored in: fp32, fp16 or bf16; as the base's by default.")
  private @Nullable String dtype;

  @Override
  public Integer call() throws IOException {
    Optional<Dtype> to = dtype();
    Scratch.requireNew("--out", out);
    SluiceConfig config = options.config(model.overrides());
    ModelDirectory base = BaseModels.open(config.modelDir());
    AdapterState adapter = source.read(config, base);
    MergedModel merged = new MergedModel(base, adapter, to);
    try (StopSignal stop = StopSignal.install();
        Scratch fresh = Scratch.beside(out);
        Progress progress = Progress.ofBytes("Merging", merged.bytes())) {
      merged.write(
          fresh.path(),
          written -> {
            progress.to(written);
            if (stop.isSet()) {
              throw new CommandFailedException("stopped before the end, so nothing is written");
            }
          });
      Files.move(fresh.path(), out); // siblings: a rename
    }
    new Output(spec)
        .line(
            "%s with the adapter in %d of its weights is in %s"
                .formatted(base.name(), adapter.modules().size(), out));
    return 0;
  }

  private Optional<Dtype> dtype() {
    if (dtype == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (dtype) {
          case "fp32" -> Dtype.F32;
          case "fp16" -> Dtype.F16;
          case "bf16" -> Dtype.BF16;
          default ->
              throw new ParameterException(
                  spec.commandLine(),
                  "--dtype must be fp32, fp16 or bf16 but was '%s'".formatted(dtype));
        });
  }
}
