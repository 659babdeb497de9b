package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifests;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.serde.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
            () -> AdapterPull.pull(NO_BROKER, TrustedKeys.NONE, first(), directory, false)));
    assertEquals("mine", Files.readString(mine));
  }

  @Test
  void aVersionWithoutTheFilesLeavesTheDirectoryAsItWas() throws IOException {
    Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");
    assertSays(
        "sentiment@1 has no file adapter_config.json",
        assertThrows(
            IllegalArgumentException.class,
            () -> AdapterPull.pull(NO_BROKER, TrustedKeys.NONE, first(), directory, true)));
    assertEquals("mine", Files.readString(mine));
  }

  @Test
  void aManifestThatWasChangedLeavesTheDirectoryAsItWas() throws IOException {
    Path mine = Files.writeString(directory.resolve("mine.txt"), "mine");
    Manifest changed =
        new Manifests()
            .version(1)
            .parent(null, null)
            .knowledgeCutoff(null)
            .build()
            .withSeal(first().seal());
    assertSays(
        "the manifest of sentiment@1 was changed",
        assertThrows(
            UntrustedManifestException.class,
            () -> AdapterPull.pull(NO_BROKER, TrustedKeys.NONE, changed, directory, true)));
    assertEquals("mine", Files.readString(mine));
  }

  private static Manifest first() {
    Manifest draft = new Manifests().version(1).parent(null, null).files().build();
    return ManifestSeal.seal(draft, null);
  }
}
