package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.CheckpointStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fetches an adapter from the topics into a directory that PEFT and vLLM load. */
@Command(
    name = "pull",
    description = {
      "Fetches a version of an adapter into a PEFT directory. The bytes are checked against the"
          + " manifest's SHA-256; the directory is complete or absent."
    },
    footer = {
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
      "  sluice adapter pull --adapter sentiment --adapter-version 12 --out ./sentiment-12",
    })
final class AdapterPullCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "The adapter; adapter.name by default.")
  private @Nullable String adapter;

  @Option(
      names = "--adapter-version",
      paramLabel = "N",
      description = "The version; the newest by default.")
  private @Nullable Long version;

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
    Brokers.requireReachable(config.kafkaClient());
    CheckpointStore store = new CheckpointStore(config.kafkaClient(), config.topics());
    Manifest manifest = AdapterPull.find(store, config, adapter, version);
    AdapterPull.pull(store, manifest, out, force);
    new Output(spec)
        .line(
            "%s (step %d, %,d examples) is in %s"
                .formatted(manifest.id(), manifest.step(), manifest.counts().examples(), out));
    return 0;
  }
}
