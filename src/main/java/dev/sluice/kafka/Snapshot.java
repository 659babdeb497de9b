package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.SigningKey;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.train.TrainerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a checkpoint is made of, as it stood between two steps. Nothing in it changes while
 * training goes on, so that another thread can publish it.
 *
 * @param state on the heap, shared with nothing
 * @param unfiled the manifest, which lacks its files and the seal: where they went is known once
 *     they are sent
 * @param rejected what was rejected before the manifest's next offset
 * @param key signs the manifest, or null
 */
record Snapshot(
    TrainerState state, Manifest unfiled, List<RejectedRecord> rejected, @Nullable SigningKey key) {

  Snapshot {
    rejected = List.copyOf(rejected);
  }

  /** The finished manifest: hashed over its files, too, and signed if there is a key. */
  Manifest manifest(List<FileEntry> files) {
    return ManifestSeal.seal(unfiled.withFiles(files), key);
  }
}
