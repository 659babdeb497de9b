package dev.sluice.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterDirectoryTest {

  @TempDir Path parent;

  @Test
  void writesTheFilesAndLeavesNothingBeside() throws IOException {
    Path target = parent.resolve("new/adapter");
    AdapterDirectory.write(target, List.of(file("a", "1"), file("b", "2")), false);
    assertEquals(List.of("a", "b"), names(target));
    assertEquals("2", Files.readString(target.resolve("b")));
    assertEquals(List.of("adapter"), names(target.getParent()));
  }

  @Test
  void replacesADirectoryAsAWhole() throws IOException {
    Path target = parent.resolve("adapter");
    AdapterDirectory.write(target, List.of(file("old", "1"), file("both", "1")), false);
    AdapterDirectory.write(target, List.of(file("both", "2"), file("new", "2")), true);
    assertEquals(List.of("both", "new"), names(target));
    assertEquals("2", Files.readString(target.resolve("both")));
    assertEquals(List.of("adapter"), names(parent));
  }

  @Test
  void withoutLeaveToReplaceTheOldDirectoryStaysAsItWas() throws IOException {
    Path target = parent.resolve("adapter");
    AdapterDirectory.write(target, List.of(file("a", "1")), false);
    assertThrows(
        IOException.class, () -> AdapterDirectory.write(target, List.of(file("a", "2")), false));
    assertEquals("1", Files.readString(target.resolve("a")));
    assertEquals(List.of("adapter"), names(parent));
  }

  @Test
  void aFileThatCannotBeWrittenLeavesTheOldDirectoryAsItWas() throws IOException {
    Path target = parent.resolve("adapter");
    AdapterDirectory.write(target, List.of(file("a", "1")), false);
    List<CheckpointFile> files = List.of(file("a", "2"), file("no/such/directory", "2"));
    assertThrows(IOException.class, () -> AdapterDirectory.write(target, files, true));
    assertEquals("1", Files.readString(target.resolve("a")));
    assertEquals(List.of("adapter"), names(parent));
  }

  @Test
  void itsPermissionsAreThoseOfAnyNewDirectorySoThatAServerCanReadIt() throws IOException {
    Path usual = Files.createDirectory(parent.resolve("usual"));
    Path target = parent.resolve("adapter");
    AdapterDirectory.write(target, List.of(file("a", "1")), false);
    assertEquals(Files.getPosixFilePermissions(usual), Files.getPosixFilePermissions(target));
  }

  private static CheckpointFile file(String name, String content) {
    return new CheckpointFile(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
