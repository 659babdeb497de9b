package dev.sluice.app;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import dev.sluice.kafka.CheckpointDamagedException;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.ManifestSeal;
import java.util.List;

/** Reads every byte of a version before anybody relies on it. */
final class WholeVersion {

  private WholeVersion() {}

  /**
   * @param trusted whose signature the manifest needs
   * @throws CommandFailedException if the manifest was changed or has not that signature, a file is
   *     missing, or has other bytes than the manifest says
   */
  static void require(CheckpointStore store, Manifest manifest, TrustedKeys trusted) {
    List<String> names = manifest.files().stream().map(FileEntry::name).toList();
    if (!names.containsAll(List.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS))) {
      throw new CommandFailedException(
          "%s was not released: its manifest names no adapter, only %s; release another version (sluice adapter list)"
              .formatted(manifest.id(), names));
    }
    try {
      ManifestSeal.check(manifest, store.parentOf(manifest), trusted);
    } catch (UntrustedManifestException e) {
      throw new CommandFailedException(
          "%s was not released: %s".formatted(manifest.id(), e.getMessage()), e);
    }
    try (Progress progress = Progress.ofBytes("checking", manifest.bytes())) {
      long done = 0;
      for (FileEntry file : manifest.files()) {
        store.fetch(manifest, file.name());
        done += file.bytes();
        progress.to(done);
      }
    } catch (CheckpointDamagedException e) {
      throw new CommandFailedException(
          "%s was not released: %s".formatted(manifest.id(), e.getMessage()), e);
    }
  }
}
