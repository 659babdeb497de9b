package dev.sluice.app;

import dev.sluice.app.BenchReport.Setting;
import dev.sluice.app.BenchReport.TimedStep;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.MicroBatch;
import dev.sluice.model.RsLoraModel.Precision;
import dev.sluice.model.StepFlops;
import dev.sluice.train.StepComputation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times training steps on the rows of a file, without Kafka. */
@Command(
    name = "step",
    description = {
      "Times training steps on the rows of a JSON Lines file, or on what the demo's feed sends,"
          + " without Kafka. Tokenising is not"
          + " timed; the first two steps warm up and do not count. The rate of a step is held"
          + " against that of a large matrix product, measured right after."
    },
    footer = {
      "  sluice bench step --model ./SmolLM2-135M --file rows.jsonl --rank 64",
      "  sluice bench step --file rows.jsonl --batch 16 --steps 12 --json",
      "  sluice bench step --file rows.jsonl --precision bf16 --recompute",
    })
final class BenchStepCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private StepOptions stepOptions = new StepOptions();

  @Mixin private RowOptions rows = new RowOptions();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps, two of them to warm up; ${DEFAULT-VALUE} by default.")
  private int steps = 12;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (steps <= BenchReport.WARM_UP) {
      throw new ParameterException(
          spec.commandLine(),
          "--steps must be above %d but was %d".formatted(BenchReport.WARM_UP, steps));
    }
    rows.check();
    SluiceConfig config = options.config(model.overrides(), stepOptions.overrides());
    BenchReport report;
    try (TrainingSetup setup = TrainingSetup.open(config)) {
      report = measure(config, setup);
    }
    Output out = new Output(spec);
    if (json) {
      out.json(report.json());
    } else {
      out.table(report.table());
    }
    return 0;
  }

  private BenchReport measure(SluiceConfig config, TrainingSetup setup) throws IOException {
    Precision precision = TrainingSetup.precision(config);
    Setting setting =
        new Setting(
            config.modelDir(),
            config.lora().rank(),
            precision,
            config.quantization(),
            config.recompute(),
            config.computeThreads(),
            rows.batch());
    List<TimedStep> timed = time(config, setup);
    long peakRssMiB = ProcessMemory.peakMiB(); // before the large matrices are allocated
    double gemm = setup.model().gemmFlopsPerSecond(precision, System::nanoTime);
    return new BenchReport(setting, timed, peakRssMiB, gemm);
  }

  private List<TimedStep> time(SluiceConfig config, TrainingSetup setup) throws IOException {
    List<TimedStep> timed = new ArrayList<>();
    List<MicroBatch> batches = rows.batches(config, setup.tokens(), steps);
    double learningRate = config.optimizer().learningRate();
    try (Progress progress = Progress.ofExamples("Training", (long) steps * rows.batch())) {
      for (MicroBatch examples : batches) {
        long start = System.nanoTime();
        StepComputation computed = setup.model().step(examples, learningRate);
        double millis = (System.nanoTime() - start) / 1e6;
        long flops = StepFlops.of(setup.modelConfig(), config.lora(), config.recompute(), examples);
        timed.add(new TimedStep(millis, computed.lossNats(), examples.tokens(), flops));
        progress.to((long) timed.size() * rows.batch());
      }
    }
    return timed;
  }
}
