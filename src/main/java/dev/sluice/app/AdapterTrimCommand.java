package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.Janitor;
import dev.sluice.kafka.Trim;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Drops the files of versions that retention does not keep. */
@Command(
    name = "trim",
    description = {
      "Drops the files of the versions that retention.keep.last and retention.keep.every do not"
          + " keep. Released versions, what a rollback can go back to, and the parents of kept"
          + " versions stay; manifests always do. Kafka frees the space when it next compacts the"
          + " topic of chunks."
    },
    footer = {
      "  sluice adapter trim --all --dry-run",
      "  sluice adapter trim --adapter sentiment --set retention.keep.last=50",
      "  sluice adapter trim --all --every 1h --config janitor.yaml",
    })
final class AdapterTrimCommand implements Callable<Integer> {

  private static final class Which {
    @Option(names = "--adapter", paramLabel = "NAME", description = "This adapter.")
    private @Nullable String adapter;

    @Option(names = "--all", description = "All registered adapters.")
    private boolean all;
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Option(names = "--dry-run", description = "Only tell what would be dropped.")
  private boolean dryRun;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Go on until SIGTERM or Ctrl-C, with this much time between two rounds.")
  private @Nullable Duration every;

  @Option(names = "--json", description = "Print JSON, a document a round.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    if (every == null) {
      print(round(config));
      return 0;
    }
    try (StopSignal stop = StopSignal.install()) {
      do {
        print(round(config));
      } while (!stop.await(every));
    }
    return 0;
  }

  private List<Trim> round(SluiceConfig config) {
    Map<String, Object> client = config.kafkaClient();
    AdapterRegistry registry = new AdapterRegistry(client, config.topics(), config.adaptersMax());
    Map<String, Integer> adapters =
        which.all || which.adapter == null
            ? registry.all()
            : Map.of(which.adapter, registry.partitionOf(which.adapter));
    Janitor janitor = new Janitor(client, config.topics(), config.retention(), Clock.systemUTC());
    List<Trim> trims = new ArrayList<>();
    adapters.forEach(
        (adapter, partition) ->
            trims.add(
                dryRun ? janitor.plan(adapter, partition) : janitor.trim(adapter, partition)));
    return trims;
  }

  private void print(List<Trim> trims) {
    Output out = new Output(spec);
    if (json) {
      out.json(toJson(trims));
    } else if (trims.isEmpty()) {
      out.line("No adapter is registered yet; run: sluice topics create --adapter NAME");
    } else {
      out.table(toTable(trims));
    }
  }

  private Table toTable(List<Trim> trims) {
    Table table = new Table("ADAPTER", "KEPT", dryRun ? "TO DROP" : "DROPPED", ">BYTES");
    for (Trim trim : trims) {
      table.row(
          trim.adapter(),
          VersionRanges.text(trim.kept()),
          VersionRanges.text(trim.dropped()),
          "%,d".formatted(trim.bytes()));
    }
    return table;
  }

  private ArrayNode toJson(List<Trim> trims) {
    ArrayNode array = Output.array();
    for (Trim trim : trims) {
      ObjectNode node = array.addObject();
      node.put("adapter", trim.adapter()).put("dryRun", dryRun).put("bytes", trim.bytes());
      ArrayNode kept = node.putArray("kept");
      trim.kept().forEach(kept::add);
      ArrayNode dropped = node.putArray("dropped");
      trim.dropped().forEach(dropped::add);
    }
    return array;
  }
}
