package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.MicroBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Mixin private RowOptions rows = new RowOptions();

  @Override
  public Integer call() throws IOException {
    rows.check();
    Scratch.requireNew("DIR", out);
    SluiceConfig config = options.config(model.overrides(), stepOptions.overrides());
    try (TrainingSetup setup = TrainingSetup.open(config);
        Scratch fresh = Scratch.beside(out)) {
      MicroBatch batch = rows.batches(config, setup.tokens(), 1).get(0);
      setup.model().export(batch, config.optimizer().learningRate(), fresh.path());
      Files.move(fresh.path(), out); // siblings: a rename
    }
    new Output(spec).line(out.resolve("check_step.py").toString());
    return 0;
  }
}
