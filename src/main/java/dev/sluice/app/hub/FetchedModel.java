package dev.sluice.app.hub;

import java.nio.file.Path;

/**
 * A model that is in the cache.
 *
 * @param directory its snapshot, which training opens
 * @param bytes the size of its files
 * @param fetchedBytes what came over the network for it, this time
 */
public record FetchedModel(
    RepoId repo,
    Revision revision,
    String commit,
    Path directory,
    int files,
    long bytes,
    long fetchedBytes) {}
