package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.AdapterDirectory;
import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.ManifestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds, fetches, checks and writes an adapter's files. */
final class AdapterPull {

  /** The manifest lies beside the adapter: PEFT ignores it, and it says what made the bytes. */
  static final String MANIFEST = "sluice_manifest.json";

  private AdapterPull() {}

  /**
   * The manifest of a published version.
   *
   * @param adapter null for {@code adapter.name}
   * @param version null for the newest
   * @throws CommandFailedException if there is none
   */
  static Manifest find(
      CheckpointStore store,
      SluiceConfig config,
      @Nullable String adapter,
      @Nullable Long version) {
    String name = adapter == null ? config.adapterName() : adapter;
    int partition =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax())
            .partitionOf(name);
    return store.manifests(name, partition).stream()
        .filter(m -> version == null || m.version() == version)
        .reduce((older, newer) -> newer)
        .orElseThrow(() -> new CommandFailedException(notFound(name, version)));
  }

  private static String notFound(String name, @Nullable Long version) {
    return version == null
        ? "adapter '%s' has no checkpoint yet; is its trainer running? see: sluice adapter list"
            .formatted(name)
        : "adapter '%s' has no version %d; see: sluice adapter list".formatted(name, version);
  }

  /**
   * Writes {@code adapter_config.json}, {@code adapter_model.safetensors} and the manifest.
   *
   * @param replace whether an existing directory may be replaced
   */
  static void pull(CheckpointStore store, Manifest manifest, Path directory, boolean replace)
      throws IOException {
    if (Files.exists(directory) && !replace) {
      throw new CommandFailedException(
          "%s exists; choose another --out, or replace it with --force".formatted(directory));
    }
    List<CheckpointFile> files =
        List.of(
            store.fetch(manifest, PeftFiles.CONFIG),
            store.fetch(manifest, PeftFiles.WEIGHTS),
            new CheckpointFile(MANIFEST, ManifestJson.write(manifest)));
    AdapterDirectory.write(directory, files, replace);
  }
}
