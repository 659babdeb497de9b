package dev.sluice.checkpoint;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes an adapter's files as a directory that is complete or absent: into a sibling first, which
 * takes the name at the end.
 */
public final class AdapterDirectory {

  private AdapterDirectory() {}

  /**
   * Writes the files.
   *
   * @param target must not exist, unless {@code replace}
   * @throws IOException if the disk is full, say; then {@code target} is what it was
   */
  public static void write(Path target, List<CheckpointFile> files, boolean replace)
      throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = Files.createDirectories(absolute.getParent());
    // Not a temporary directory: those are closed to the user that serves the adapter.
    Path fresh =
        Files.createDirectory(
            parent.resolve("." + absolute.getFileName() + "-" + UUID.randomUUID()));
    try {
      for (CheckpointFile file : files) {
        Files.write(fresh.resolve(file.name()), file.content());
      }
      if (replace && Files.exists(absolute)) {
        replace(absolute, fresh);
      } else {
        move(fresh, absolute);
      }
    } finally {
      delete(fresh);
    }
  }

  private static void replace(Path target, Path fresh) throws IOException {
    Path old = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + "-old-");
    Files.move(target, old.resolve("old"));
    try {
      move(fresh, target);
    } catch (IOException e) {
      Files.move(old.resolve("old"), target);
      throw e;
    } finally {
      delete(old);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to); // siblings on one file system: a rename all the same
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
