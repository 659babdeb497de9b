package dev.sluice.app;

import dev.sluice.checkpoint.AdapterDirectory;
import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.ManifestSeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks a manifest, then fetches, checks and writes the files that it names. */
final class AdapterPull {

  /** The manifest lies beside the adapter: PEFT ignores it, and it says what made the bytes. */
  static final String MANIFEST = "sluice_manifest.json";

  private AdapterPull() {}

  /**
   * Writes {@code adapter_config.json}, {@code adapter_model.safetensors} and the manifest.
   *
   * @param trusted whose signature the manifest needs
   * @param replace whether an existing directory may be replaced
   * @throws UntrustedManifestException if the manifest was changed or has not that signature;
   *     nothing is written
   */
  static void pull(
      CheckpointStore store,
      TrustedKeys trusted,
      Manifest manifest,
      Path directory,
      boolean replace)
      throws IOException {
    if (Files.exists(directory) && !replace) {
      throw new CommandFailedException(
          "%s exists; choose another --out, or replace it with --force".formatted(directory));
    }
    ManifestSeal.check(manifest, store.parentOf(manifest), trusted);
    List<CheckpointFile> files =
        List.of(
            store.fetch(manifest, PeftFiles.CONFIG),
            store.fetch(manifest, PeftFiles.WEIGHTS),
            new CheckpointFile(MANIFEST, ManifestJson.write(manifest)));
    AdapterDirectory.write(directory, files, replace);
  }
}
