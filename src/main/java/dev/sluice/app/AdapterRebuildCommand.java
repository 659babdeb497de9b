package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.VersionTrimmedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a version again from the log and compares bytes. */
@Command(
    name = "rebuild",
    description = {
      "Trains a version again from the train topic, with what its manifest says: offsets of every"
          + " step, configuration, seed, threads. Compares the bytes of adapter and trainer state"
          + " with the manifest's SHA-256 and says where they first differ, if they do. It begins"
          + " with the version's parent, or with --from-scratch before the first version. Nothing"
          + " on Kafka is changed.",
      "",
      "Exits with 1 if bytes differ. It refuses another base model, and without --force another"
          + " libtorch, processor or device, whose sums differ in the last bits."
    },
    footer = {
      "  sluice adapter rebuild --adapter sentiment",
      "  sluice adapter rebuild --adapter sentiment --adapter-version 12 --from-scratch",
      "  sluice adapter rebuild --adapter sentiment --model /models/SmolLM2-135M --json",
    })
final class AdapterRebuildCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private AdapterVersionOptions which = new AdapterVersionOptions();

  @Option(
      names = "--from-scratch",
      description = "Train all versions up to this one, from the first weights on.")
  private boolean fromScratch;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Where the base model is; by default where it was, model.dir of the manifest.")
  private @Nullable String model;

  @Option(
      names = "--start",
      paramLabel = "DIR",
      description =
          "The adapter that version 1 began with, if adapter.start was set: its bytes are on no"
              + " topic. By default where it was.")
  private @Nullable Path start;

  @Option(names = "--force", description = "Train on a machine that may give other bytes.")
  private boolean force;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    AdapterVersions versions = which.versions(config);
    Manifest last = which.choose(versions);
    RebuildChain chain =
        fromScratch
            ? RebuildChain.ofAll(versions.manifests(), last)
            : RebuildChain.ofOne(versions.manifests(), last);
    chain.parent().ifPresent(parent -> requireFiles(versions, parent));
    RebuildReport report = rebuild(config, chain);
    Output out = new Output(spec);
    if (json) {
      out.json(report.json());
    } else {
      report.lines().forEach(out::line);
    }
    return report.identical() ? 0 : 1;
  }

  private static void requireFiles(AdapterVersions versions, Manifest parent) {
    if (versions.isTrimmed(parent.version())) {
      throw new VersionTrimmedException(
          parent.adapter(), parent.version(), "rebuild what came from it with --from-scratch");
    }
  }

  private RebuildReport rebuild(SluiceConfig config, RebuildChain chain) throws IOException {
    try (Progress progress = Progress.ofExamples("Training again", chain.examples());
        Rebuild rebuild =
            new Rebuild(new RebuildSettings(config, model, start, force), force, progress)) {
      return rebuild.run(chain);
    }
  }
}
