package dev.sluice.app.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Brings a model from the Hub into the cache. What is there already is not fetched again, and a
 * revision points to a new snapshot only when all of it is there.
 */
public final class ModelFetch {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HubEnvironment environment;
  private final String userAgent;
  private final Sleeper sleeper;
  private final DiskSpace disk;
  private final Duration patience;

  /**
   * @param userAgent who asks, for the Hub's logs
   */
  public ModelFetch(HubEnvironment environment, String userAgent) {
    this(
        environment,
        userAgent,
        pause -> Thread.sleep(pause.toMillis()),
        DiskSpace::ofSystem,
        PATIENCE);
  }

  /**
   * @param patience with a server that is silent
   */
  ModelFetch(
      HubEnvironment environment,
      String userAgent,
      Sleeper sleeper,
      DiskSpace disk,
      Duration patience) {
    this.environment = environment;
    this.userAgent = userAgent;
    this.sleeper = sleeper;
    this.disk = disk;
    this.patience = patience;
  }

  /**
   * Fetches what is missing; with HF_HUB_OFFLINE it only looks whether the model is there.
   *
   * @throws HubException if the model cannot be had, or is none that can be trained
   */
  public FetchedModel fetch(RepoId repo, Revision revision, FetchListener listener)
      throws IOException {
    CachedModel cached = new CachedModel(environment.cacheDirectory(), repo);
    if (environment.isOffline()) {
      return offline(cached, repo, revision);
    }
    HubConnection hub =
        new HubConnection(environment.endpoint(), environment.token(), userAgent, patience);
    return new OnlineFetch(hub, repo, revision, cached, listener, sleeper, disk).run();
  }

  private static FetchedModel offline(CachedModel cached, RepoId repo, Revision revision)
      throws IOException {
    Path snapshot = cached.find(revision).orElseThrow(() -> notCached(repo, revision));
    try (Stream<Path> list = Files.list(snapshot)) {
      List<Path> files = list.filter(Files::isRegularFile).toList();
      long bytes = 0;
      for (Path file : files) {
        bytes += Files.size(file);
      }
      String commit = snapshot.getFileName().toString();
      return new FetchedModel(repo, revision, commit, snapshot, files.size(), bytes, 0);
    }
  }

  private static HubException notCached(RepoId repo, Revision revision) {
    return new HubException(
        "%s with revision '%s' is not in the cache, and HF_HUB_OFFLINE is set; unset it to fetch the model"
            .formatted(repo, revision));
  }
}
