package dev.sluice.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which versions keep their files.
 *
 * @param keepLast the newest so many, at least 1: a trainer goes on from the newest
 * @param keepEvery also every version that is a multiple of this; 0 for none
 */
public record RetentionPolicy(int keepLast, int keepEvery) {

  /**
   * A version and where it comes from.
   *
   * @param parent the version whose files a rebuild of this one starts from, or null for none
   */
  public record Version(long number, @Nullable Long parent) {
    public static Version of(Manifest manifest) {
      return new Version(manifest.version(), manifest.parent());
    }
  }

  public RetentionPolicy {
    if (keepLast < 1) {
      throw new IllegalArgumentException(
          "retention.keep.last must be at least 1 but was " + keepLast);
    }
    if (keepEvery < 0) {
      throw new IllegalArgumentException(
          "retention.keep.every must be at least 0 but was " + keepEvery);
    }
  }

  /**
   * The versions whose files may go. Never the newest, a multiple of {@link #keepEvery}, a released
   * one, nor the parent of any of these.
   *
   * @param versions of one adapter, in any order
   * @param released versions that are released or can be gone back to
   */
  public NavigableSet<Long> dropped(Collection<Version> versions, Set<Long> released) {
    List<Version> newestFirst =
        versions.stream().sorted(Comparator.comparingLong(Version::number).reversed()).toList();
    Set<Long> needed = new HashSet<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      Version version = newestFirst.get(i);
      if (i < keepLast || isMultiple(version) || released.contains(version.number())) {
        needed.add(version.number());
        if (version.parent() != null) {
          needed.add(version.parent());
        }
      }
    }
    NavigableSet<Long> dropped = new TreeSet<>();
    newestFirst.stream()
        .map(Version::number)
        .filter(v -> !needed.contains(v))
        .forEach(dropped::add);
    return dropped;
  }

  private boolean isMultiple(Version version) {
    return keepEvery > 0 && version.number() % keepEvery == 0;
  }
}
