package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.CheckpointStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a version of an adapter: a {@code @Mixin}. */
final class AdapterVersionOptions {

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

  boolean namesVersion() {
    return version != null;
  }

  /**
   * The committed manifests of the adapter, oldest first.
   *
   * @throws CommandFailedException if there is none
   */
  List<Manifest> manifests(SluiceConfig config) {
    String name = adapter == null ? config.adapterName() : adapter;
    int partition =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax())
            .partitionOf(name);
    List<Manifest> manifests =
        new CheckpointStore(config.kafkaClient(), config.topics()).manifests(name, partition);
    if (manifests.isEmpty()) {
      throw new CommandFailedException(
          "adapter '%s' has no checkpoint yet; is its trainer running? see: sluice adapter list"
              .formatted(name));
    }
    return manifests;
  }

  /**
   * The version that is asked for.
   *
   * @param manifests not empty
   * @throws CommandFailedException if it is not among them
   */
  Manifest choose(List<Manifest> manifests) {
    return manifests.stream()
        .filter(m -> version == null || m.version() == version)
        .reduce((older, newer) -> newer)
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "adapter '%s' has no version %d; see: sluice adapter list"
                        .formatted(manifests.get(0).adapter(), version)));
  }
}
