package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.MicroBatch;
import dev.sluice.train.StepComputation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times training steps on the rows of a file, without Kafka. */
@Command(
    name = "step",
    description = {
      "Times training steps on the rows of a JSON Lines file, without Kafka. Tokenising is not"
          + " timed; the first two steps warm up and do not count."
    },
    footer = {
      "  sluice bench step --model ./SmolLM2-135M --file rows.jsonl --rank 64",
      "  sluice bench step --file rows.jsonl --batch 16 --steps 12 --json",
    })
final class BenchStepCommand implements Callable<Integer> {

  private static final int WARM_UP = 2;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Rows, one JSON object a line.")
  private Path file = Path.of("");

  @Option(names = "--rank", paramLabel = "R", description = "Rank of the adapter (lora.rank).")
  private @Nullable Integer rank;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples a step; ${DEFAULT-VALUE} by default.")
  private int batch = 16;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps, two of them to warm up; ${DEFAULT-VALUE} by default.")
  private int steps = 12;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (steps <= WARM_UP || batch < 1) {
      throw new CommandFailedException(
          "--steps must be above %d and --batch at least 1".formatted(WARM_UP));
    }
    Map<String, String> overrides = new HashMap<>(model.overrides());
    if (rank != null) {
      overrides.put("lora.rank", rank.toString());
    }
    SluiceConfig config = options.config(overrides);
    double[] millis = new double[steps];
    double[] losses = new double[steps];
    long tokens = 0;
    try (TrainingSetup setup = TrainingSetup.open(config)) {
      List<MicroBatch> batches = Rows.ofFile(file, setup.tokens(), steps, batch);
      for (int step = 0; step < steps; step++) {
        long start = System.nanoTime();
        StepComputation computed =
            setup.model().step(batches.get(step), config.optimizer().learningRate());
        millis[step] = (System.nanoTime() - start) / 1e6;
        losses[step] = computed.lossNats();
        tokens += step < WARM_UP ? 0 : batches.get(step).tokens();
      }
    }
    report(millis, losses, tokens);
    return 0;
  }

  private void report(double[] millis, double[] losses, long tokens) {
    double[] timed = Arrays.copyOfRange(millis, WARM_UP, millis.length);
    double sum = Arrays.stream(timed).sum();
    Arrays.sort(timed);
    double median = timed[timed.length / 2];
    ObjectNode node = Output.object();
    node.put("batch", batch).put("steps", timed.length);
    node.put("millisAStep", median);
    node.put("examplesPerSecond", batch * 1e3 / median);
    node.put("tokensPerSecond", tokens * 1e3 / sum);
    node.put("summedSeconds", sum / 1e3);
    node.put("peakRssMiB", ProcessMemory.peakMiB());
    var array = node.putArray("losses");
    Arrays.stream(losses).forEach(array::add);
    Output out = new Output(spec);
    if (json) {
      out.json(node);
      return;
    }
    out.table(
        new Table("", ">")
            .row("milliseconds a step, median", "%.0f".formatted(median))
            .row("examples a second", "%.2f".formatted(batch * 1e3 / median))
            .row("tokens a second", "%.0f".formatted(tokens * 1e3 / sum))
            .row("peak RSS, MiB", ProcessMemory.peakMiB()));
  }
}
