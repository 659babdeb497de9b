package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path directory;

  @Test
  void replacesTheFileAndLeavesNoOther() throws IOException {
    Path file = directory.resolve("a");
    WholeFile.write(file, new byte[] {1, 2, 3});
    WholeFile.write(file, new byte[] {4});
    assertArrayEquals(new byte[] {4}, Files.readAllBytes(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void leavesNothingWhenItFails() throws IOException {
    Path taken = Files.createDirectory(directory.resolve("a"));
    Files.createFile(taken.resolve("inside"));
    assertThrows(IOException.class, () -> WholeFile.write(taken, new byte[1]));
    assertEquals(List.of(taken), files());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
