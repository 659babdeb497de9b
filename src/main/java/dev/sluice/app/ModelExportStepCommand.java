package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.MicroBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a training step for another machine's libtorch. */
@Command(
    name = "export-step",
    description = {
      "Writes the training step as a TorchScript archive, with one micro-batch, the weights and"
          + " what the step returned here, and a Python script that runs it with any libtorch,"
          + " checks it against that and times it: on a GPU host, say. The script needs torch and"
          + " safetensors."
    },
    footer = {
      "  sluice model export-step ./step",
      "  sluice model export-step ./step --model ./SmolLM2-135M --file rows.jsonl --precision bf16",
      "  python3 ./step/check_step.py --device cuda:0",
    })
final class ModelExportStepCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private StepOptions stepOptions = new StepOptions();

  @Parameters(paramLabel = "DIR", description = "The directory to write; it must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Rows, one JSON object a line; generated ones by default.")
  private @Nullable Path file;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples of the step; ${DEFAULT-VALUE} by default.")
  private int batch = 16;

  @Override
  public Integer call() throws IOException {
    if (batch < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch must be at least 1 but was " + batch);
    }
    if (file != null) {
      Rows.requireReadable(file);
    }
    if (Files.exists(out)) {
      throw new CommandFailedException(out + " exists already; name a directory that does not");
    }
    Map<String, String> overrides = new HashMap<>(model.overrides());
    overrides.putAll(stepOptions.overrides());
    SluiceConfig config = options.config(overrides);
    try (TrainingSetup setup = TrainingSetup.open(config);
        Scratch fresh = Scratch.beside(out)) {
      setup.model().export(rows(config, setup), config.optimizer().learningRate(), fresh.path());
      Files.move(fresh.path(), out); // siblings: a rename
    }
    new Output(spec).line(out.resolve("check_step.py").toString());
    return 0;
  }

  private MicroBatch rows(SluiceConfig config, TrainingSetup setup) throws IOException {
    List<MicroBatch> batches =
        file == null
            ? Rows.ofFeed(config.seed(), setup.tokens(), 1, batch)
            : Rows.ofFile(file, setup.tokens(), 1, batch);
    return batches.get(0);
  }
}
