package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Counts;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterPullTest {

  /** Nobody is asked before the first fetch. */
  private static final CheckpointStore NO_BROKER =
      new CheckpointStore(Map.of(), new TopicNames("sluice"));

  @TempDir Path directory;

  @Test
  void aDirectoryThatExistsIsKeptUnlessForced() throws IOException {
    Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");
    assertSays(
        directory + " exists; choose another --out, or replace it with --force",
        assertThrows(
            CommandFailedException.class,
            () -> AdapterPull.pull(NO_BROKER, manifest(), directory, false)));
    assertEquals("mine", Files.readString(mine));
  }

  @Test
  void aVersionWithoutTheFilesLeavesTheDirectoryAsItWas() throws IOException {
    Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");
    assertSays(
        "sentiment@1 has no file adapter_config.json",
        assertThrows(
            IllegalArgumentException.class,
            () -> AdapterPull.pull(NO_BROKER, manifest(), directory, true)));
    assertEquals("mine", Files.readString(mine));
  }

  private static Manifest manifest() {
    return new Manifest(
        Manifest.FORMAT,
        "sentiment",
        1,
        null,
        1,
        Instant.EPOCH,
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        new BaseModel("base", ""),
        new Environment("", "", "", "", 1, 0),
        new TreeMap<>(),
        new Counts(0, 0, 0),
        null);
  }
}
