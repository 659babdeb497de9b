package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.train.TrainerState;
import java.util.List;

/**
 * All that a checkpoint is made of, as it stood between two steps. Nothing in it changes while
 * training goes on, so that another thread can publish it.
 *
 * @param state on the heap, shared with nothing
 * @param unfiled the manifest, which lacks only its files: where they went is known once they are
 *     sent
 * @param rejected what was rejected before the manifest's next offset
 */
record Snapshot(TrainerState state, Manifest unfiled, List<RejectedRecord> rejected) {

  Snapshot {
    rejected = List.copyOf(rejected);
  }

  Manifest manifest(List<FileEntry> files) {
    return unfiled.withFiles(files);
  }
}
