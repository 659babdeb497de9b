package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.feed.FeedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole line on one machine in about a minute. */
@Command(
    name = "demo",
    description = {
      "Starts a Kafka broker, feeds it generated financial examples, trains an adapter of the"
          + " built-in model on them, and fetches the adapter back from its topic. Needs no"
          + " network and leaves nothing behind but the adapter."
    },
    footer = {
      "  sluice demo",
      "  sluice demo --examples 6000 --rank 64 --drift-after 3000",
      "  sluice demo --keep",
      "  sluice demo --json",
    })
final class DemoCommand implements Callable<Integer> {

  private static final String ADAPTER = "demo";
  private static final long LOOK_MILLIS = 200;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Records that the feed sends; ${DEFAULT-VALUE} by default.")
  private int examples = 3600;

  @Option(names = "--rank", paramLabel = "R", description = "Rank of the adapter (lora.rank).")
  private @Nullable Integer rank;

  @Option(names = "--alpha", paramLabel = "A", description = "Alpha of the adapter (lora.alpha).")
  private @Nullable Double alpha;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of feed and adapter; ${DEFAULT-VALUE} by default.")
  private long seed = 42;

  @Option(
      names = "--bad-share",
      paramLabel = "SHARE",
      description = "Share of records that must be rejected, 0 to 1; ${DEFAULT-VALUE} by default.")
  private double badShare = 0.02;

  @Option(
      names = "--drift-after",
      paramLabel = "N",
      description = "The mix of tasks changes after N records; never by default.")
  private long driftAfter = FeedSettings.NO_DRIFT;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the adapter goes; ${DEFAULT-VALUE} by default. Replaced if it exists.")
  private Path out = Path.of("sluice-demo", "adapter");

  @Option(
      names = "--keep",
      description = "Keep the broker running afterwards, until Ctrl-C, to look around.")
  private boolean keep;

  @Option(names = "--json", description = "Print the figures as JSON.")
  private boolean json;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration; may be repeated.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Output output = new Output(spec);
    requireReplaceable();
    DemoSettings settings = settings();
    try (StopSignal stop = StopSignal.install();
        Scratch scratch = Scratch.create();
        Demo demo = Demo.start(settings, scratch.path(), this::stage)) {
      DemoReport report = demo.run(stop::isSet);
      if (json) {
        output.json(DemoOutput.json(report));
      } else {
        DemoOutput.print(report, keep ? demo.bootstrap() : null, output);
      }
      while (keep && !stop.isSet()) {
        Thread.sleep(LOOK_MILLIS);
      }
    }
    return 0;
  }

  private DemoSettings settings() {
    Map<String, String> all = new HashMap<>(model.overrides());
    all.put("seed", Long.toString(seed));
    if (rank != null) {
      all.put("lora.rank", rank.toString());
    }
    if (alpha != null) {
      all.put("lora.alpha", alpha.toString());
    }
    all.putAll(overrides);
    SluiceConfig.load(Optional.empty(), all); // a mistake shows before anything is started
    try {
      FeedSettings feed =
          FeedSettings.of(seed, ADAPTER, Instant.parse("2026-01-05T09:00:00Z"))
              .withBadShare(badShare)
              .withDriftAfter(driftAfter);
      return new DemoSettings(examples, feed, all, out);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Only what a demo wrote is replaced. */
  private void requireReplaceable() {
    if (Files.exists(out) && !Files.exists(out.resolve(AdapterPull.MANIFEST))) {
      throw new CommandFailedException(
          "%s exists and was not written by Sluice; choose another --out".formatted(out));
    }
  }

  private void stage(String what) {
    spec.commandLine().getErr().println("· " + what);
    spec.commandLine().getErr().flush();
  }
}
