package dev.sluice.app;

import dev.sluice.checkpoint.Manifest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The versions to train again, each the parent of the next.
 *
 * @param parent what they begin with; empty for the adapter's first weights
 * @param versions oldest first, not empty
 */
record RebuildChain(Optional<Manifest> parent, List<Manifest> versions) {

  /** One version, from its parent. */
  static RebuildChain ofOne(List<Manifest> manifests, Manifest last) {
    return new RebuildChain(parentOf(last, byVersion(manifests)), List.of(last));
  }

  /** A version and all that it came from. */
  static RebuildChain ofAll(List<Manifest> manifests, Manifest last) {
    Map<Long, Manifest> byVersion = byVersion(manifests);
    Deque<Manifest> versions = new ArrayDeque<>();
    for (Optional<Manifest> at = Optional.of(last);
        at.isPresent();
        at = parentOf(at.get(), byVersion)) {
      versions.addFirst(at.get());
    }
    return new RebuildChain(Optional.empty(), List.copyOf(versions));
  }

  /** Examples of all steps. */
  long examples() {
    return versions.stream()
        .flatMap(m -> m.steps().stream())
        .mapToLong(Manifest.StepSpan::examples)
        .sum();
  }

  private static Map<Long, Manifest> byVersion(List<Manifest> manifests) {
    return manifests.stream().collect(Collectors.toMap(Manifest::version, Function.identity()));
  }

  private static Optional<Manifest> parentOf(Manifest child, Map<Long, Manifest> byVersion) {
    Long parent = child.parent();
    if (parent == null) {
      return Optional.empty();
    }
    if (parent >= child.version()) {
      throw new CommandFailedException(
          "%s names version %d as its parent, which is not older".formatted(child.id(), parent));
    }
    Manifest manifest = byVersion.get(parent);
    if (manifest == null) {
      throw new CommandFailedException(
          "%s went on from version %d, whose manifest is no longer on the checkpoints topic"
              .formatted(child.id(), parent));
    }
    return Optional.of(manifest);
  }
}
