package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.CheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fetches an adapter from the topics into a directory that PEFT and vLLM load. */
@Command(
    name = "pull",
    description = {
      "Fetches a version of an adapter into a PEFT directory. The manifest is checked against its"
          + " lineage hash, its parent and, with checkpoint.trusted.keys, its signature; the files"
          + " against the manifest's SHA-256. The directory is complete or absent."
    },
    footer = {
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
      "  sluice adapter pull --adapter sentiment --adapter-version 12 --out ./sentiment-12",
      "  sluice adapter pull --out ./adapter --set checkpoint.trusted.keys=/etc/sluice/trusted",
      "  sluice adapter pull --adapter sentiment --released --out ./sentiment --force",
    })
final class AdapterPullCommand implements Callable<Integer> {

  private static final class Which {
    @Option(
        names = "--adapter-version",
        paramLabel = "N",
        description = "The version; the newest by default.")
    private @Nullable Long version;

    @Option(names = "--released", description = "The version that is released.")
    private boolean released;
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "The adapter; adapter.name by default.")
  private @Nullable String adapter;

  @ArgGroup private Which which = new Which();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The directory to write.")
  private Path out = Path.of(".");

  @Option(names = "--force", description = "Replace the directory if it exists.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    SluiceConfig config = options.config();
    TrustedKeys trusted = config.signatures().trustedKeys();
    Brokers.requireReachable(config.kafkaClient());
    CheckpointStore store = new CheckpointStore(config.kafkaClient(), config.topics());
    Manifest manifest = choose(AdapterVersions.read(config, adapter));
    AdapterPull.pull(store, trusted, manifest, out, force);
    new Output(spec)
        .line(
            "%s (step %d, %,d examples, %s) is in %s"
                .formatted(
                    manifest.id(),
                    manifest.step(),
                    manifest.counts().examples(),
                    signature(manifest, trusted),
                    out));
    return 0;
  }

  private static String signature(Manifest manifest, TrustedKeys trusted) {
    if (!trusted.isEmpty()) {
      return "signature checked";
    }
    return manifest.isSigned() ? "signature not checked" : "not signed";
  }

  private Manifest choose(AdapterVersions versions) {
    if (which.released) {
      return versions.released();
    }
    return which.version == null ? versions.newest() : versions.version(which.version);
  }
}
