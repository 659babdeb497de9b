package dev.sluice.app;

import dev.sluice.app.hub.CachedModel;
import dev.sluice.app.hub.HubEnvironment;
import dev.sluice.app.hub.RepoId;
import dev.sluice.app.hub.Revision;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the base model that {@code model.dir} names: a directory, a built-in model, or a model of
 * the Hub that has been fetched. It never asks the network: training starts with what is there.
 */
final class BaseModels {

  private BaseModels() {}

  /**
   * @throws dev.sluice.data.SluiceException if it is missing or cannot be trained
   */
  static ModelDirectory open(String modelDir) {
    return open(modelDir, HubEnvironment.ofProcess());
  }

  static ModelDirectory open(String modelDir, HubEnvironment environment) {
    if (modelDir.startsWith(ModelDirectory.BUILTIN)) {
      return ModelDirectory.open(modelDir);
    }
    Path path = Path.of(modelDir);
    if (Files.isDirectory(path)) {
      // A snapshot's last name is a commit, which says little in an adapter's configuration.
      return CachedModel.modelOf(path)
          .map(repo -> ModelDirectory.open(path, repo.toString()))
          .orElseGet(() -> ModelDirectory.open(modelDir));
    }
    return RepoId.find(modelDir)
        .map(repo -> ModelDirectory.open(snapshot(repo, environment), repo.toString()))
        .orElseGet(() -> ModelDirectory.open(modelDir));
  }

  private static Path snapshot(RepoId repo, HubEnvironment environment) {
    Path cache = environment.cacheDirectory();
    try {
      Optional<Path> snapshot = new CachedModel(cache, repo).find(Revision.MAIN);
      return snapshot.orElseThrow(
          () ->
              new CommandFailedException(
                  "base model '%s' (model.dir) is no directory and not complete in the cache %s; fetch it with: sluice model fetch %s"
                      .formatted(repo, cache, repo)));
    } catch (IOException e) {
      throw new UncheckedIOException("looking for " + repo + " in " + cache, e);
    }
  }
}
