package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.Seal;
import dev.sluice.checkpoint.Manifest.Signature;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.Brokers;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private final Map<String, AdapterVersions> versions = new HashMap<>();

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    List<Manifest> manifests = manifests(config);
    Output out = new Output(spec);
    if (json) {
      out.json(toJson(manifests));
    } else if (manifests.isEmpty()) {
      out.line(
          "No adapter has a checkpoint yet; a running trainer commits one every checkpoint.steps.");
    } else {
      out.table(toTable(manifests));
    }
    return 0;
  }

  private List<Manifest> manifests(SluiceConfig config) {
    Map<String, Integer> adapters =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax()).all();
    if (adapter != null && !adapters.containsKey(adapter)) {
      throw new CommandFailedException(
          "adapter '%s' is not registered; registered are: %s"
              .formatted(adapter, String.join(", ", adapters.keySet())));
    }
    List<Manifest> manifests = new ArrayList<>();
    adapters.forEach(
        (name, partition) -> {
          if (adapter == null || adapter.equals(name)) {
            versions.put(name, AdapterVersions.read(config, name, partition));
            manifests.addAll(versionsOf(name).manifests());
          }
        });
    return manifests;
  }

  private AdapterVersions versionsOf(String name) {
    return Objects.requireNonNull(versions.get(name), name);
  }

  private Table toTable(List<Manifest> manifests) {
    Table table =
        new Table(
            "ADAPTER",
            ">VERSION",
            ">STEP",
            ">EXAMPLES",
            ">REJECTED",
            ">RANK",
            ">BYTES",
            ">LOSS",
            ">ACCURACY",
            "SIGNED",
            "CUTOFF",
            "CREATED",
            "RELEASED");
    for (Manifest m : manifests) {
      table.row(
          m.adapter(),
          m.version(),
          m.step(),
          m.counts().examples(),
          m.counts().rejected(),
          m.configuration().getOrDefault("lora.rank", "?"),
          "%,d".formatted(m.bytes()),
          m.scores() == null ? "-" : "%.4f".formatted(m.scores().lossNats()),
          m.scores() == null ? "-" : "%.1f %%".formatted(100 * m.scores().accuracy()),
          m.isSigned() ? "yes" : "no",
          m.knowledgeCutoff() == null ? "-" : m.knowledgeCutoff(),
          m.createdAt().truncatedTo(ChronoUnit.SECONDS),
          versionsOf(m.adapter()).stateOf(m.version()));
    }
    return table;
  }

  private ArrayNode toJson(List<Manifest> manifests) {
    ArrayNode array = Output.array();
    for (Manifest m : manifests) {
      ObjectNode node = array.addObject();
      node.put("adapter", m.adapter()).put("version", m.version()).put("step", m.step());
      node.put("examples", m.counts().examples()).put("rejected", m.counts().rejected());
      node.put("nextOffset", m.nextOffset()).put("bytes", m.bytes());
      node.put("lossNats", m.scores() == null ? null : m.scores().lossNats());
      node.put("accuracy", m.scores() == null ? null : m.scores().accuracy());
      node.put("lineageHash", m.lineageHash()).put("keyId", keyId(m));
      node.put(
          "knowledgeCutoff", m.knowledgeCutoff() == null ? null : m.knowledgeCutoff().toString());
      node.put("createdAt", m.createdAt().toString());
      AdapterVersions all = versionsOf(m.adapter());
      node.put("released", all.isReleased(m.version()));
      node.put("rollbackTarget", all.isRollbackTarget(m.version()));
      node.put("trimmed", all.isTrimmed(m.version()));
      ObjectNode files = node.putObject("sha256");
      m.files().forEach(f -> files.put(f.name(), f.sha256()));
    }
    return array;
  }

  private static @Nullable String keyId(Manifest manifest) {
    @Nullable Seal seal = manifest.seal();
    @Nullable Signature signature = seal == null ? null : seal.signature();
    return signature == null ? null : signature.keyId();
  }
}
