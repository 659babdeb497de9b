package dev.sluice.app.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model in the cache, laid out as Python's huggingface_hub does it, so that both use what the
 * other fetched:
 *
 * <pre>{@code
 * models--org--name/blobs/<SHA>                      the content, once
 * models--org--name/refs/main                        a commit
 * models--org--name/snapshots/<commit>/config.json   -> ../../blobs/<SHA>
 * .locks/models--org--name/<SHA>.lock
 * }</pre>
 */
public final class CachedModel {

  private final Path locks;
  private final Path folder;
  private final Linker linker;

  /** Makes {@code link} point to {@code target}. */
  interface Linker {
    void link(Path link, Path target) throws IOException;
  }

  /**
   * @param cache the folder of all models
   */
  public CachedModel(Path cache, RepoId repo) {
    this(cache, repo, Files::createSymbolicLink);
  }

  CachedModel(Path cache, RepoId repo, Linker linker) {
    this.locks = cache.resolve(".locks").resolve(repo.folder());
    this.folder = cache.resolve(repo.folder());
    this.linker = linker;
  }

  /** The model whose snapshot a directory is, if its path says so. */
  public static Optional<RepoId> modelOf(Path snapshot) {
    Path path = snapshot.toAbsolutePath().normalize();
    int names = path.getNameCount();
    return names >= 3
            && Revision.isCommit(path.getName(names - 1).toString())
            && path.getName(names - 2).toString().equals("snapshots")
        ? RepoId.ofFolder(path.getName(names - 3).toString())
        : Optional.empty();
  }

  /** The directory of a revision as it was when it was last fetched, if training can begin. */
  public Optional<Path> find(Revision revision) throws IOException {
    Optional<String> commit =
        revision.isCommit() ? Optional.of(revision.name()) : read(ref(revision));
    if (commit.isEmpty() || !Revision.isCommit(commit.get())) {
      return Optional.empty();
    }
    Path snapshot = snapshot(commit.get());
    return isUsable(snapshot) ? Optional.of(snapshot) : Optional.empty();
  }

  Path folder() {
    return folder;
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(BlobId blob) {
    return folder.resolve("blobs").resolve(blob.hex());
  }

  /** Where a download grows until it is complete and checked. */
  Path incomplete(BlobId blob) {
    return folder.resolve("blobs").resolve(blob.hex() + ".incomplete");
  }

  Path lock(BlobId blob) {
    return locks.resolve(blob.hex() + ".lock");
  }

  /** Whether a file is there in its full size; its content was checked when it came. */
  boolean holds(String commit, RemoteFile file) throws IOException {
    return hasSize(blob(file.blob()), file.size())
        || hasSize(snapshot(commit).resolve(file.name()), file.size());
  }

  /** The bytes of a file that do not have to be fetched any more. */
  long held(String commit, RemoteFile file) throws IOException {
    if (holds(commit, file)) {
      return file.size();
    }
    Path incomplete = incomplete(file.blob());
    long size = Files.isRegularFile(incomplete) ? Files.size(incomplete) : 0;
    return size <= file.size() ? size : 0;
  }

  /** Makes a complete and checked download a blob, in one move. */
  void promote(BlobId blob) throws IOException {
    Path incomplete = incomplete(blob);
    try (FileChannel channel = FileChannel.open(incomplete, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    replace(incomplete, blob(blob));
  }

  /** Shows a blob under its name; as a copy where there are no symbolic links. */
  void link(String commit, RemoteFile file) throws IOException {
    Path snapshot = snapshot(commit);
    Path link = snapshot.resolve(file.name());
    Path blob = blob(file.blob());
    Path target = snapshot.relativize(blob);
    // A cache that others fill may be read-only; and where there are no symbolic links, Python
    // moves
    // blobs to their names.
    if (hasSize(link, file.size()) && (!Files.exists(blob) || shows(link, target))) {
      return;
    }
    Files.createDirectories(snapshot);
    Path fresh = fresh(link);
    try {
      linker.link(fresh, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(blob, fresh, StandardCopyOption.REPLACE_EXISTING);
    }
    replace(fresh, link);
  }

  /** Remembers which commit a branch or tag means. */
  void point(Revision revision, String commit) throws IOException {
    Path ref = ref(revision);
    if (revision.isCommit() || read(ref).equals(Optional.of(commit))) {
      return;
    }
    Files.createDirectories(ref.getParent());
    replace(Files.writeString(fresh(ref), commit), ref);
  }

  private Path ref(Revision revision) {
    return folder.resolve("refs").resolve(revision.name());
  }

  private static Path fresh(Path path) throws IOException {
    Path fresh =
        path.resolveSibling(
            "%s.%d.tmp".formatted(path.getFileName(), ProcessHandle.current().pid()));
    Files.deleteIfExists(fresh);
    return fresh;
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Optional<String> read(Path ref) throws IOException {
    try {
      return Optional.of(Files.readString(ref).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean hasSize(Path file, long size) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) == size;
  }

  private static boolean shows(Path link, Path target) throws IOException {
    return !Files.isSymbolicLink(link) || Files.readSymbolicLink(link).equals(target);
  }

  private static boolean isUsable(Path snapshot) throws IOException {
    if (!Files.isDirectory(snapshot)) {
      return false;
    }
    Set<String> present;
    try (Stream<Path> files = Files.list(snapshot)) {
      present =
          files
              .filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toSet());
    }
    return ModelFiles.areIn(present) && present.containsAll(shards(snapshot));
  }

  /** The files that an index names: a fetch by Python that broke off may have left only some. */
  private static Set<String> shards(Path snapshot) throws IOException {
    Path index = snapshot.resolve(ModelFiles.INDEX);
    Set<String> shards = new HashSet<>();
    if (Files.isRegularFile(index)) {
      JsonNode map = new JsonMapper().readTree(Files.readAllBytes(index)).path("weight_map");
      map.forEach(shard -> shards.add(shard.asText()));
    }
    return shards;
  }
}
