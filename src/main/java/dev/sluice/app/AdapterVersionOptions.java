package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a version of an adapter: a {@code @Mixin}. */
final class AdapterVersionOptions {

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "The adapter; adapter.name by default.")
  private @Nullable String adapter;

  @Option(
      names = "--adapter-version",
      paramLabel = "N",
      description = "The version; the newest by default.")
  private @Nullable Long version;

  boolean namesVersion() {
    return version != null;
  }

  /** All versions of the adapter. */
  AdapterVersions versions(SluiceConfig config) {
    return AdapterVersions.read(config, adapter);
  }

  /**
   * The version that is asked for, whose files may be gone.
   *
   * @throws CommandFailedException if there is none
   */
  Manifest choose(AdapterVersions versions) {
    return version == null ? versions.newest() : versions.manifest(version);
  }
}
