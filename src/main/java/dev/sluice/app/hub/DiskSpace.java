package dev.sluice.app.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much can still be written; tests have small disks. */
interface DiskSpace {

  /** Bytes free for this user where a directory is or will be. */
  long free(Path directory) throws IOException;

  static long ofSystem(Path directory) throws IOException {
    Path existing = directory;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }
}
