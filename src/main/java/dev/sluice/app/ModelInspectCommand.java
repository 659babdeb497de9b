package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.lora.LoraConfig;
import dev.sluice.model.MemoryEstimate;
import dev.sluice.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a base model is and what training it takes. */
@Command(
    name = "inspect",
    description = {
      "Prints a base model's family and size, and an estimate of the memory that training takes, by"
          + " rank and by how the weights are stored. A directory with config.json is enough:"
          + " weights are not read. int8 and nf4 compute in bf16."
    },
    footer = {
      "  sluice model inspect builtin:sluice-tiny",
      "  sluice model inspect ./Llama-3.1-8B --ranks 8,64 --rows 4096",
      "  sluice model inspect HuggingFaceTB/SmolLM2-135M --json",
    })
final class ModelInspectCommand implements Callable<Integer> {

  private static final String CONFIG = "config.json";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Parameters(
      paramLabel = "MODEL",
      description = "A directory, a fetched model's org/name, or builtin:sluice-tiny.")
  private String model = "";

  @Option(
      names = "--ranks",
      paramLabel = "R",
      split = ",",
      description = "Ranks of the adapter; 8,64 by default.")
  private List<Integer> ranks = List.of(8, 64);

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Tokens of a step, a common prefix once; ${DEFAULT-VALUE} by default.")
  private int rows = 2048;

  @Option(names = "--json", description = "Print JSON, in bytes.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    require(rows >= 1, "--rows must be at least 1 but was " + rows);
    require(
        ranks.stream().allMatch(rank -> rank >= 1 && rank <= LoraConfig.MAX_RANK),
        "--ranks must be from 1 to %d each but was %s".formatted(LoraConfig.MAX_RANK, ranks));
    SluiceConfig config = options.config(Map.of());
    ModelInspection inspection = inspection(config);
    Output out = new Output(spec);
    if (json) {
      out.json(inspection.json());
      return 0;
    }
    out.table(inspection.shape());
    out.line("");
    out.line(
        "Memory in MiB for %,d rows a step, %,d of them with a target; the JVM and libtorch on top:"
            .formatted(inspection.rows(), inspection.targets()));
    out.table(inspection.memory());
    return 0;
  }

  private ModelInspection inspection(SluiceConfig config) throws IOException {
    int targets = MemoryEstimate.Setup.targetsOf(rows);
    Path path = Path.of(model);
    Path file = path.resolve(CONFIG);
    if (Files.isRegularFile(file)) {
      String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
      return new ModelInspection(name, ModelConfig.read(file), config.lora(), ranks, rows, targets);
    }
    var directory = BaseModels.open(model);
    return new ModelInspection(
        directory.name(), directory.config(), config.lora(), ranks, rows, targets);
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
