package dev.sluice.checkpoint;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The version of an adapter that servers should load, and what can be gone back to.
 *
 * @param releasedAt when this version became the released one
 * @param by who released it, or null
 * @param reason why, or null
 * @param previous versions released before it, the newest first: the targets of a rollback
 */
public record Release(
    String adapter,
    long version,
    Instant releasedAt,
    @Nullable String by,
    @Nullable String reason,
    List<Long> previous) {

  /** How many earlier releases are remembered. Retention keeps them all, so it is few. */
  public static final int MAX_PREVIOUS = 5;

  public Release {
    // One that was read may lack them, whatever the types say.
    requireNonNull(adapter, "adapter");
    requireNonNull(releasedAt, "releasedAt");
    previous = List.copyOf(previous);
    if (version < 1) {
      throw new IllegalArgumentException(
          "a released version must be at least 1 but was " + version);
    }
    if (previous.contains(version) || new HashSet<>(previous).size() < previous.size()) {
      throw new IllegalArgumentException(
          "a version must be released or earlier, and once, but %d came before with %s"
              .formatted(version, previous));
    }
  }

  /** The first release of an adapter. */
  public static Release first(
      String adapter,
      long version,
      Instant now,
      @Nullable String releasedBy,
      @Nullable String why) {
    return new Release(adapter, version, now, releasedBy, why, List.of());
  }

  /**
   * The release of another version after this one, which becomes the first target of a rollback.
   */
  public Release then(long next, Instant now, @Nullable String releasedBy, @Nullable String why) {
    List<Long> before = new ArrayList<>();
    before.add(version);
    before.addAll(previous);
    before.remove(next);
    return new Release(
        adapter,
        next,
        now,
        releasedBy,
        why,
        before.subList(0, Math.min(before.size(), MAX_PREVIOUS)));
  }

  /**
   * Back to an earlier release. What was released after it is forgotten, so that going back once
   * more goes further back.
   *
   * @param target one of {@link #previous}
   */
  public Release back(long target, Instant now, @Nullable String releasedBy, @Nullable String why) {
    int at = previous.indexOf(target);
    if (at < 0) {
      throw new IllegalArgumentException(
          "version %d is not among the earlier releases %s".formatted(target, previous));
    }
    return new Release(
        adapter, target, now, releasedBy, why, previous.subList(at + 1, previous.size()));
  }

  /** The released version and what can be gone back to. */
  public Set<Long> versions() {
    Set<Long> all = new HashSet<>(previous);
    all.add(version);
    return Set.copyOf(all);
  }
}
