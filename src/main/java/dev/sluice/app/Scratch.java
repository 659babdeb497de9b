package dev.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/** A temporary directory that goes with its command. */
record Scratch(Path path) implements AutoCloseable {

  static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory("sluice"));
  }

  /**
   * @param option that names the target
   * @throws CommandFailedException if it is there already
   */
  static void requireNew(String option, Path target) {
    if (Files.exists(target)) {
      throw new CommandFailedException(
          "%s is %s, which exists already; name a directory that does not"
              .formatted(option, target));
    }
  }

  /** Next to a file or directory that it can be renamed to. */
  static Scratch beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    String name = "." + absolute.getFileName() + "-" + UUID.randomUUID();
    return new Scratch(Files.createDirectories(absolute.resolveSibling(name)));
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(path)) {
      return; // it has been renamed
    }
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path file : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
