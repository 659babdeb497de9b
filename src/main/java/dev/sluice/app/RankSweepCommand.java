package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.sweep.RankSweepChart;
import dev.sluice.app.sweep.RasterPen;
import dev.sluice.app.sweep.SvgPen;
import dev.sluice.app.sweep.SweepJson;
import dev.sluice.app.sweep.SweepReport;
import dev.sluice.app.sweep.SweepRun;
import dev.sluice.lora.LoraConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what the rank does to gradients and loss under both scalings. */
@Command(
    name = "rank-sweep",
    description = {
      "Trains an adapter of each rank under alpha / rank and under alpha / sqrt(rank), from one"
          + " seed on the same examples, and draws gradient norms and loss by rank: rank-sweep.svg,"
          + " .png and .json. Without a file it trains on what the demo's feed sends."
    },
    footer = {
      "  sluice rank-sweep",
      "  sluice rank-sweep --model ./SmolLM2-135M --file rows.jsonl --ranks 8,64,512",
      "  sluice rank-sweep --steps 100 --lr 1e-4 --json",
    })
final class RankSweepCommand implements Callable<Integer> {

  private static final String NAME = "rank-sweep";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--ranks",
      paramLabel = "R",
      split = ",",
      description = "At least two; 4,8,32,128,512 by default.")
  private List<Integer> ranks = List.of(4, 8, 32, 128, 512);

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps of each adapter; ${DEFAULT-VALUE} by default.")
  private int steps = 24;

  @Mixin private RowOptions rows = new RowOptions();

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "The learning rate of all adapters (optimizer.learning.rate).")
  private @Nullable String learningRate;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the files go; ${DEFAULT-VALUE} by default.")
  private Path out = Path.of(NAME);

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    RankSweep.Plan plan = plan();
    SluiceConfig config = config();
    Files.createDirectories(out); // a mistake shows before anything is trained
    SweepReport report;
    try (StopSignal stop = StopSignal.install();
        Progress progress = Progress.ofExamples("Sweeping", plan.allExamples())) {
      report = new RankSweep(config, plan, progress, stop::isSet).run();
      write(report);
    }
    if (json) {
      new Output(spec).json(SweepJson.of(report));
    } else {
      print(report);
    }
    return 0;
  }

  private SluiceConfig config() {
    return options.config(
        model.overrides(),
        learningRate == null ? Map.of() : Map.of("optimizer.learning.rate", learningRate));
  }

  private RankSweep.Plan plan() {
    List<Integer> sorted = ranks.stream().distinct().sorted().toList();
    require(
        sorted.size() == ranks.size() && sorted.size() >= 2,
        "--ranks must be at least two different ranks but was " + text(ranks));
    require(
        sorted.get(0) >= 1 && sorted.get(sorted.size() - 1) <= LoraConfig.MAX_RANK,
        "--ranks must be from 1 to %d each but was %s".formatted(LoraConfig.MAX_RANK, text(ranks)));
    require(steps >= 1, "--steps must be at least 1 but was " + steps);
    rows.check();
    return new RankSweep.Plan(sorted, steps, rows.batch(), rows.file());
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private static String text(List<Integer> ranks) {
    return String.join(",", ranks.stream().map(String::valueOf).toList());
  }

  private void write(SweepReport report) throws IOException {
    WholeFile.write(out.resolve(NAME + ".json"), Output.bytes(SweepJson.of(report)));
    SvgPen svg = new SvgPen(RankSweepChart.WIDTH, RankSweepChart.HEIGHT);
    RankSweepChart.draw(report, svg);
    WholeFile.write(out.resolve(NAME + ".svg"), svg.bytes());
    try {
      RasterPen png = RasterPen.of(RankSweepChart.WIDTH, RankSweepChart.HEIGHT);
      RankSweepChart.draw(report, png);
      WholeFile.write(out.resolve(NAME + ".png"), png.bytes());
    } catch (RasterPen.NoFontsException e) {
      spec.commandLine().getErr().println("sluice: " + e.getMessage());
    }
  }

  private void print(SweepReport report) {
    Output output = new Output(spec);
    int smallest = report.ranks().get(0);
    Table table =
        new Table(
            "SCALING",
            ">RANK",
            ">GAMMA",
            ">GRADIENT OF B, STEP 1",
            ">TO RANK " + smallest,
            ">HELD-OUT LOSS");
    for (SweepRun run : report.runs()) {
      table.row(
          Words.of(run.scaling()),
          run.rank(),
          "%.4f".formatted(run.lora().gamma()),
          "%.4f".formatted(run.firstNormB()),
          "%.3f".formatted(report.toSmallestRank(run)),
          "%.4f".formatted(run.heldOutLossNats()));
    }
    output.table(table);
    output.line("");
    output.line(
        "Gradient of B: L2 norm over all of B. Held-out loss: nats a target token after step %d, on"
                .formatted(report.setting().steps())
            + " %d examples that no step saw.".formatted(report.setting().heldOut()));
    output.line("Picture and figures are in " + out);
  }
}
