package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.ChainCheck;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.CheckpointDamagedException;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.ManifestSeal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks versions as they lie on the topics. */
@Command(
    name = "verify",
    description = {
      "Checks a version as it lies on the topics: every piece is there and every file has the"
          + " SHA-256 that the manifest names; steps and offsets go on where its parent's end, and"
          + " its counts add up; hash and signature are good. Of trimmed versions there are no"
          + " files to check. Trains nothing: see 'sluice adapter rebuild'. Exits with 1 if it"
          + " finds something."
    },
    footer = {
      "  sluice adapter verify --adapter sentiment",
      "  sluice adapter verify --adapter sentiment --all --json",
    })
final class AdapterVerifyCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private AdapterVersionOptions which = new AdapterVersionOptions();

  @Option(names = "--all", description = "Check every version.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (all && which.namesVersion()) {
      throw new ParameterException(
          spec.commandLine(), "--all and --adapter-version exclude each other");
    }
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    AdapterVersions versions = which.versions(config);
    Manifest chosen = which.choose(versions);
    List<Manifest> asked = all ? versions.manifests() : List.of(chosen);
    TrustedKeys trusted = config.signatures().trustedKeys();
    CheckpointStore store = new CheckpointStore(config.kafkaClient(), config.topics());
    Map<Manifest, List<String>> findings = new LinkedHashMap<>();
    long bytes = 0;
    try (Progress progress =
        Progress.ofBytes("Checking", asked.stream().mapToLong(Manifest::bytes).sum())) {
      for (Manifest manifest : asked) {
        List<String> found = new ArrayList<>(chain(manifest, versions, trusted));
        for (FileEntry file : manifest.files()) {
          if (!versions.isTrimmed(manifest.version())) {
            file(store, manifest, file.name()).ifPresent(found::add);
          }
          bytes += file.bytes();
          progress.to(bytes);
        }
        findings.put(manifest, found);
      }
    }
    print(findings, versions);
    return findings.values().stream().allMatch(List::isEmpty) ? 0 : 1;
  }

  /** What is wrong with a manifest, beside its parent's. */
  private static List<String> chain(
      Manifest manifest, AdapterVersions versions, TrustedKeys trusted) {
    Long parent = manifest.parent();
    Optional<Manifest> before =
        versions.manifests().stream().filter(m -> Objects.equals(m.version(), parent)).findFirst();
    List<String> findings = new ArrayList<>();
    if (parent == null || before.isPresent()) {
      findings.addAll(new ChainCheck(manifest, before.orElse(null)).findings());
    } else {
      findings.add(
          "its parent, version %d, has no manifest on the checkpoints topic".formatted(parent));
    }
    try {
      ManifestSeal.check(manifest, before, trusted);
    } catch (UntrustedManifestException e) {
      findings.add(Failure.messageOf(e));
    }
    return findings;
  }

  private static Optional<String> file(CheckpointStore store, Manifest manifest, String name) {
    try {
      store.fetch(manifest, name);
      return Optional.empty();
    } catch (CheckpointDamagedException e) {
      return Optional.of(Failure.messageOf(e));
    }
  }

  private void print(Map<Manifest, List<String>> findings, AdapterVersions versions) {
    Output out = new Output(spec);
    if (json) {
      out.json(toJson(findings, versions));
      return;
    }
    Table table = new Table("VERSION", ">STEP", ">NEXT OFFSET", ">FILES", ">BYTES", "RESULT");
    findings.forEach(
        (m, found) ->
            table.row(
                m.id(),
                m.step(),
                m.nextOffset(),
                m.files().size(),
                "%,d".formatted(m.bytes()),
                result(found, versions.isTrimmed(m.version()))));
    out.table(table);
    findings.forEach((m, found) -> found.forEach(finding -> out.line(m.id() + ": " + finding)));
  }

  private static String result(List<String> found, boolean trimmed) {
    String sound = trimmed ? "OK, files trimmed" : "OK";
    return found.isEmpty() ? sound : found.size() + " findings";
  }

  private static ArrayNode toJson(Map<Manifest, List<String>> findings, AdapterVersions versions) {
    ArrayNode array = Output.array();
    findings.forEach(
        (m, found) -> {
          ObjectNode node = array.addObject();
          node.put("adapter", m.adapter()).put("version", m.version()).put("step", m.step());
          node.put("nextOffset", m.nextOffset()).put("bytes", m.bytes());
          node.put("sound", found.isEmpty());
          node.put("trimmed", versions.isTrimmed(m.version()));
          found.forEach(node.putArray("findings")::add);
        });
    return array;
  }
}
