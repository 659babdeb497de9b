package dev.sluice.checkpoint;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
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
    Path absolute = target.toAbsolutePath();
    if (absolute.getParent() != null) {
      Files.createDirectories(absolute.getParent());
    }
    Path fresh = Files.createDirectory(sibling(absolute));
    try {
      for (CheckpointFile file : files) {
        write(fresh.resolve(file.name()), file.content(), absolute);
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

  /** Says which directory it was: the JDK's own message for a full disk names no file. */
  private static void write(Path file, byte[] content, Path target) throws IOException {
    try {
      Files.write(file, content);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      FileSystemException named =
          new FileSystemException(target.toString(), null, String.valueOf(e.getMessage()));
      named.initCause(e);
      throw named;
    }
  }

  private static void replace(Path target, Path fresh) throws IOException {
    Path old = sibling(target);
    move(target, old);
    try {
      move(fresh, target);
    } catch (IOException e) {
      move(old, target);
      throw e;
    }
    delete(old);
  }

  /** Not a temporary directory, which would be readable by its owner alone. */
  private static Path sibling(Path target) {
    return target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
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
