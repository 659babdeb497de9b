package dev.sluice.app.hub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch over the network: which files there are, whether there is room for them, and then one
 * after another.
 */
final class OnlineFetch {

  private static final Logger LOG = LoggerFactory.getLogger(OnlineFetch.class);
  private static final double GIB = 1L << 30;

  private final HubConnection hub;
  private final RepoId repo;
  private final Revision revision;
  private final CachedModel cached;
  private final FetchListener listener;
  private final Sleeper sleeper;
  private final DiskSpace disk;
  private final Refusal refusal;
  private final Retry retry;

  private long done;
  private long received;

  OnlineFetch(
      HubConnection hub,
      RepoId repo,
      Revision revision,
      CachedModel cached,
      FetchListener listener,
      Sleeper sleeper,
      DiskSpace disk) {
    this.hub = hub;
    this.repo = repo;
    this.revision = revision;
    this.cached = cached;
    this.listener = listener;
    this.sleeper = sleeper;
    this.disk = disk;
    this.refusal = new Refusal(hub, repo, revision);
    this.retry = new Retry(sleeper);
  }

  FetchedModel run() throws IOException {
    HubApi api = new HubApi(hub, repo, refusal, retry);
    ModelInfo info = api.info(revision);
    List<RemoteFile> files = new ArrayList<>();
    for (String name : ModelFiles.choose(repo, info.files())) {
      files.add(api.file(info.commit(), name));
    }
    long bytes = files.stream().mapToLong(RemoteFile::size).sum();
    requireSpace(info.commit(), files, bytes);
    LOG.atInfo()
        .addKeyValue("model", repo)
        .addKeyValue("revision", revision)
        .addKeyValue("commit", info.commit())
        .addKeyValue("files", files.size())
        .addKeyValue("bytes", bytes)
        .log("Fetching");
    listener.begins(bytes);
    for (RemoteFile file : files) {
      bring(info.commit(), file);
    }
    cached.point(revision, info.commit());
    return new FetchedModel(
        repo,
        revision,
        info.commit(),
        cached.snapshot(info.commit()),
        files.size(),
        bytes,
        received);
  }

  @SuppressWarnings("try") // A lock is held, not used.
  private void bring(String commit, RemoteFile file) throws IOException {
    if (!cached.holds(commit, file)) {
      try (CacheLock lock = CacheLock.acquire(cached.lock(file.blob()), sleeper)) {
        // Whoever held the lock may have brought it.
        if (!cached.holds(commit, file)) {
          download(file);
        }
      }
    }
    cached.link(commit, file);
    done += file.size();
    listener.reached(done);
  }

  private void download(RemoteFile file) throws IOException {
    BlobDownload download =
        new BlobDownload(
            hub,
            refusal,
            file,
            cached.incomplete(file.blob()),
            bytes -> listener.reached(done + bytes));
    received += download.run(retry);
    cached.promote(file.blob());
  }

  private void requireSpace(String commit, List<RemoteFile> files, long bytes) throws IOException {
    long missing = bytes;
    for (RemoteFile file : files) {
      missing -= cached.held(commit, file);
    }
    long free = disk.free(cached.folder());
    if (missing > free) {
      throw new HubException(
          "%s needs %.1f GiB more but only %.1f GiB are free for %s; free space, or set HF_HOME to a folder on a larger disk"
              .formatted(repo, missing / GIB, free / GIB, cached.folder()));
    }
  }
}
