package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Release;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.ReleaseStore;
import dev.sluice.kafka.TrimmedVersions;
import dev.sluice.kafka.VersionTrimmedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an adapter, which of them is released, and which have lost their files.
 *
 * @param manifests of all versions, oldest first
 * @param release null if there never was one
 */
record AdapterVersions(
    String adapter, List<Manifest> manifests, @Nullable Release release, Set<Long> trimmed) {

  /**
   * @param adapter null for {@code adapter.name}
   */
  static AdapterVersions read(SluiceConfig config, @Nullable String adapter) {
    String name = adapter == null ? config.adapterName() : adapter;
    AdapterRegistry registry =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax());
    return read(config, name, registry.partitionOf(name));
  }

  static AdapterVersions read(SluiceConfig config, String adapter, int partition) {
    Map<String, Object> client = config.kafkaClient();
    Release release =
        new ReleaseStore(client, config.topics()).current(adapter, partition).orElse(null);
    Set<Long> trimmed = new TrimmedVersions(client, config.topics()).of(partition);
    List<Manifest> manifests =
        new CheckpointStore(client, config.topics()).manifests(adapter, partition);
    return new AdapterVersions(adapter, manifests, release, trimmed);
  }

  /**
   * A version that has its files.
   *
   * @throws VersionTrimmedException if they are gone
   * @throws CommandFailedException if there is no such version
   */
  Manifest version(long number) {
    if (trimmed.contains(number)) {
      throw new VersionTrimmedException(adapter, number, "kept are: " + keptText());
    }
    return manifest(number);
  }

  /**
   * A version, whose files may be gone.
   *
   * @throws CommandFailedException if there is no such version
   */
  Manifest manifest(long number) {
    return manifests.stream()
        .filter(m -> m.version() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "adapter '%s' has no version %d; see: sluice adapter list"
                        .formatted(adapter, number)));
  }

  /**
   * @throws CommandFailedException if there is none
   */
  Manifest newest() {
    if (manifests.isEmpty()) {
      throw new CommandFailedException(
          "adapter '%s' has no checkpoint yet; is its trainer running? see: sluice adapter list"
              .formatted(adapter));
    }
    return manifests.get(manifests.size() - 1);
  }

  /** The released version, as {@link #version}. */
  Manifest released() {
    return version(requireRelease().version());
  }

  /**
   * @throws CommandFailedException if none was ever released
   */
  Release requireRelease() {
    if (release == null) {
      throw new CommandFailedException(
          "adapter '%1$s' has no released version; run: sluice adapter release --adapter %1$s --adapter-version N"
              .formatted(adapter));
    }
    return release;
  }

  boolean isReleased(long version) {
    return release != null && release.version() == version;
  }

  /** Whether a rollback can go back to it. */
  boolean isRollbackTarget(long version) {
    return release != null && release.previous().contains(version);
  }

  boolean isTrimmed(long version) {
    return trimmed.contains(version);
  }

  /** A word for the column of releases. */
  String stateOf(long version) {
    if (isReleased(version)) {
      return "yes";
    }
    if (isRollbackTarget(version)) {
      return "before";
    }
    return isTrimmed(version) ? "trimmed" : "-";
  }

  private String keptText() {
    return VersionRanges.text(
        manifests.stream().map(Manifest::version).filter(v -> !trimmed.contains(v)).toList());
  }
}
