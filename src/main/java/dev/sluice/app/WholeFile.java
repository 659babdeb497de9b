package dev.sluice.app;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes a file that is whole, the new one or the old, whenever someone looks. */
final class WholeFile {

  private WholeFile() {}

  static void write(Path target, byte[] content) throws IOException {
    // Not a temporary file, which would be readable by its owner alone.
    Path fresh = target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
    try {
      Files.write(fresh, content);
      move(fresh, target);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING); // siblings: a rename all the same
    }
  }
}
