package dev.sluice.app.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedModelTest {

  private static final RepoId REPO = RepoId.parse("acme/tiny");
  private static final String COMMIT = FakeHub.COMMIT;

  @TempDir Path cache;

  @Test
  void whereThereAreNoSymbolicLinksAFileIsCopied() throws IOException {
    CachedModel model =
        new CachedModel(
            cache,
            REPO,
            (link, target) -> {
              throw new FileSystemException(link.toString(), null, "Operation not permitted");
            });
    RemoteFile file = blob(model, "config.json", "{}");
    model.link(COMMIT, file);

    Path copy = model.snapshot(COMMIT).resolve("config.json");
    assertFalse(Files.isSymbolicLink(copy));
    assertEquals("{}", Files.readString(copy));
  }

  @Test
  void aLinkToAnotherBlobIsReplacedAndARightOneIsLeft() throws IOException {
    List<Path> made = new ArrayList<>();
    CachedModel model =
        new CachedModel(
            cache,
            REPO,
            (link, target) -> {
              made.add(target);
              Files.createSymbolicLink(link, target);
            });
    Path link = model.snapshot(COMMIT).resolve("config.json");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of("../../blobs/gone"));

    RemoteFile file = blob(model, "config.json", "{}");
    model.link(COMMIT, file);
    model.link(COMMIT, file);
    assertEquals("{}", Files.readString(link));
    assertEquals(List.of(Path.of("../../blobs/" + file.blob().hex())), made);
  }

  @Test
  void aFileThatPythonMovedToItsNameIsNotFetchedAgain() throws IOException {
    CachedModel model = new CachedModel(cache, REPO);
    RemoteFile file = file("config.json", "{}");
    Path moved = model.snapshot(COMMIT).resolve("config.json");
    Files.createDirectories(moved.getParent());
    assertFalse(model.holds(COMMIT, file));
    Files.writeString(moved, "{}");

    assertTrue(model.holds(COMMIT, file));
    model.link(COMMIT, file);
    assertEquals("{}", Files.readString(moved));
  }

  @Test
  void aRevisionIsFoundWhenTrainingCanBegin() throws IOException {
    CachedModel model = new CachedModel(cache, REPO);
    assertEquals(Optional.empty(), model.find(Revision.MAIN));
    model.point(Revision.MAIN, COMMIT);
    assertEquals(Optional.empty(), model.find(Revision.MAIN));
    for (String name : List.of("config.json", "tokenizer.json")) {
      model.link(COMMIT, blob(model, name, name));
      assertEquals(Optional.empty(), model.find(Revision.MAIN), "without the weights");
    }
    model.link(COMMIT, blob(model, "model.safetensors", "w"));

    assertEquals(Optional.of(model.snapshot(COMMIT)), model.find(Revision.MAIN));
    assertEquals(Optional.of(model.snapshot(COMMIT)), model.find(new Revision(COMMIT)));
    assertEquals(Optional.empty(), model.find(new Revision("other")));
  }

  /** Python writes the ref first, so a fetch that broke off can leave some of the shards. */
  @Test
  void aModelInShardsNeedsEveryOneThatItsIndexNames() throws IOException {
    CachedModel model = new CachedModel(cache, REPO);
    model.point(Revision.MAIN, COMMIT);
    String index = "{\"weight_map\":{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}}";
    model.link(COMMIT, blob(model, "model.safetensors.index.json", index));
    for (String name : List.of("config.json", "tokenizer.json", "model-1.safetensors")) {
      model.link(COMMIT, blob(model, name, name));
    }
    assertEquals(Optional.empty(), model.find(Revision.MAIN));

    model.link(COMMIT, blob(model, "model-2.safetensors", "w"));
    assertEquals(Optional.of(model.snapshot(COMMIT)), model.find(Revision.MAIN));
  }

  @Test
  void aRefThatLeadsElsewhereIsNotFollowed() throws IOException {
    CachedModel model = new CachedModel(cache, REPO);
    model.point(Revision.MAIN, "../../../etc");
    assertEquals(Optional.empty(), model.find(Revision.MAIN));
  }

  @Test
  void aSnapshotsPathSaysWhichModelItIs() {
    Path snapshot = new CachedModel(cache, REPO).snapshot(COMMIT);
    assertEquals(Optional.of(REPO), CachedModel.modelOf(snapshot));
    assertEquals(Optional.of(REPO), CachedModel.modelOf(snapshot.resolve(".")));
    assertEquals(Optional.empty(), CachedModel.modelOf(snapshot.getParent()));
    assertEquals(Optional.empty(), CachedModel.modelOf(Path.of("/")));
  }

  @Test
  void twoFetchesOfOneFileFollowEachOther() throws IOException {
    Path file = new CachedModel(cache, REPO).lock(new BlobId(COMMIT));
    CacheLock first = CacheLock.acquire(file, pause -> {});
    List<Duration> waits = new ArrayList<>();
    CacheLock second =
        CacheLock.acquire(
            file,
            pause -> {
              waits.add(pause);
              if (waits.size() == 3) {
                close(first);
              }
            });
    assertEquals(3, waits.size());
    second.close();
  }

  private static void close(CacheLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static RemoteFile blob(CachedModel model, String name, String content)
      throws IOException {
    RemoteFile file = file(name, content);
    Files.createDirectories(model.blob(file.blob()).getParent());
    Files.writeString(model.incomplete(file.blob()), content);
    model.promote(file.blob());
    return file;
  }

  private static RemoteFile file(String name, String content) {
    return new RemoteFile(
        name,
        URI.create("http://127.0.0.1/" + name),
        new BlobId(FakeHub.gitSha1(content.getBytes(UTF_8))),
        content.length());
  }
}
