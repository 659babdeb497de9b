package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.Brokers;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the committed versions of the adapters. */
@Command(
    name = "list",
    description = "Lists the committed versions, newest last.",
    footer = {
      "  sluice adapter list",
      "  sluice adapter list --adapter sentiment --json",
    })
final class AdapterListCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--adapter", paramLabel = "NAME", description = "Only this adapter.")
  private @Nullable String adapter;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    List<AdapterVersions> adapters = adapters(config);
    Output out = new Output(spec);
    if (json) {
      out.json(toJson(adapters));
    } else if (adapters.stream().allMatch(versions -> versions.manifests().isEmpty())) {
      out.line(
          "No adapter has a checkpoint yet; a running trainer commits one every checkpoint.steps.");
    } else {
      out.table(toTable(adapters));
    }
    return 0;
  }

  private List<AdapterVersions> adapters(SluiceConfig config) {
    Map<String, Integer> adapters =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax()).all();
    if (adapter != null && !adapters.containsKey(adapter)) {
      throw new CommandFailedException(
          "adapter '%s' is not registered; registered are: %s"
              .formatted(adapter, String.join(", ", adapters.keySet())));
    }
    List<AdapterVersions> all = new ArrayList<>();
    adapters.forEach(
        (name, partition) -> {
          if (adapter == null || adapter.equals(name)) {
            all.add(AdapterVersions.read(config, name, partition));
          }
        });
    return all;
  }

  private static Table toTable(List<AdapterVersions> adapters) {
    Table table =
        new Table(
            "ADAPTER",
            ">VERSION",
            ">STEP",
            ">EXAMPLES",
            ">REJECTED",
            ">RANK",
            ">BYTES",
            "CUTOFF",
            "CREATED",
            "RELEASED");
    adapters.forEach(versions -> versions.manifests().forEach(m -> addRow(table, versions, m)));
    return table;
  }

  private static void addRow(Table table, AdapterVersions versions, Manifest m) {
    table.row(
        m.adapter(),
        m.version(),
        m.step(),
        m.counts().examples(),
        m.counts().rejected(),
        m.configuration().getOrDefault("lora.rank", "?"),
        versions.isTrimmed(m.version()) ? "trimmed" : "%,d".formatted(m.bytes()),
        m.knowledgeCutoff() == null ? "-" : m.knowledgeCutoff(),
        m.createdAt().truncatedTo(ChronoUnit.SECONDS),
        released(versions, m.version()));
  }

  private static String released(AdapterVersions versions, long version) {
    if (versions.isReleased(version)) {
      return "yes";
    }
    return versions.isRollbackTarget(version) ? "before" : "-";
  }

  private static ArrayNode toJson(List<AdapterVersions> adapters) {
    ArrayNode array = Output.array();
    adapters.forEach(versions -> versions.manifests().forEach(m -> addObject(array, versions, m)));
    return array;
  }

  private static void addObject(ArrayNode array, AdapterVersions versions, Manifest m) {
    ObjectNode node = array.addObject();
    node.put("adapter", m.adapter()).put("version", m.version()).put("step", m.step());
    node.put("examples", m.counts().examples()).put("rejected", m.counts().rejected());
    node.put("nextOffset", m.nextOffset()).put("bytes", m.bytes());
    node.put(
        "knowledgeCutoff", m.knowledgeCutoff() == null ? null : m.knowledgeCutoff().toString());
    node.put("createdAt", m.createdAt().toString());
    node.put("released", versions.isReleased(m.version()));
    node.put("rollbackTarget", versions.isRollbackTarget(m.version()));
    node.put("trimmed", versions.isTrimmed(m.version()));
    ObjectNode files = node.putObject("sha256");
    m.files().forEach(f -> files.put(f.name(), f.sha256()));
  }
}
