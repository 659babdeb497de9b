package dev.sluice.checkpoint;

import dev.sluice.checkpoint.Manifest.StepSpan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a manifest follows from its parent: no example twice, no step missing, the sums right. It
 * reads manifests alone; what it finds is a defect, or a manifest that was tampered with.
 */
public final class ChainCheck {

  private final Manifest manifest;
  private final @Nullable Manifest parent;
  private final List<String> findings = new ArrayList<>();

  /**
   * @param parent the manifest of its parent; null if it has none
   */
  public ChainCheck(Manifest manifest, @Nullable Manifest parent) {
    this.manifest = manifest;
    this.parent = parent;
  }

  /** What is wrong, in words; empty if nothing is. */
  public List<String> findings() {
    findings.clear();
    steps();
    counts();
    if (parent != null) {
      parent(parent);
    }
    return List.copyOf(findings);
  }

  /** Steps are counted through, and their offsets rise. */
  private void steps() {
    long step = parent == null ? 0 : parent.step();
    long next = parent == null ? 0 : parent.nextOffset();
    for (StepSpan span : manifest.steps()) {
      step++;
      require(
          span.step() == step, "step %d stands where step %d is due".formatted(span.step(), step));
      require(
          span.firstOffset() >= next,
          "step %d begins at offset %d, but everything before offset %d was trained already"
              .formatted(span.step(), span.firstOffset(), next));
      require(
          span.lastOffset() - span.firstOffset() >= span.examples() - 1L && span.examples() > 0,
          "step %d counts %d examples at offsets %d to %d"
              .formatted(span.step(), span.examples(), span.firstOffset(), span.lastOffset()));
      step = span.step();
      next = Math.max(next, span.lastOffset() + 1);
    }
    require(
        manifest.step() == step,
        "its last step is %d, but it says %d".formatted(step, manifest.step()));
    require(
        manifest.nextOffset() >= next,
        "it goes on at offset %d, but everything before offset %d is trained"
            .formatted(manifest.nextOffset(), next));
  }

  /** What the counts have grown by is what the steps say; the rest of the offsets has room. */
  private void counts() {
    Manifest.Counts before = parent == null ? Manifest.Counts.NONE : parent.counts();
    Manifest.Counts now = manifest.counts();
    long examples = manifest.steps().stream().mapToLong(StepSpan::examples).sum();
    long skipped = manifest.steps().stream().filter(step -> step.skipped() != null).count();
    long rejected = now.rejected() - before.rejected();
    require(
        now.examples() - before.examples() == examples,
        "its steps have %d examples, but its count has grown by %d"
            .formatted(examples, now.examples() - before.examples()));
    require(
        now.skippedSteps() - before.skippedSteps() == skipped,
        "it has %d skipped steps, but their count has grown by %d"
            .formatted(skipped, now.skippedSteps() - before.skippedSteps()));
    long first = parent == null ? 0 : parent.nextOffset();
    require(
        rejected >= 0 && examples + rejected <= manifest.nextOffset() - first,
        "it counts %d examples and %d rejected records, but offsets %d to %d have %d"
            .formatted(
                examples,
                rejected,
                first,
                manifest.nextOffset() - 1,
                manifest.nextOffset() - first));
  }

  private void parent(Manifest before) {
    require(
        before.version() < manifest.version(),
        "its parent is version %d, which is not older".formatted(before.version()));
    require(
        before.attempt() <= manifest.attempt(),
        "its attempt %d is lower than its parent's %d"
            .formatted(manifest.attempt(), before.attempt()));
    require(
        before.partition() == manifest.partition(),
        "it was trained from partition %d, but its parent from %d"
            .formatted(manifest.partition(), before.partition()));
    require(
        before.baseModel().sha256().equals(manifest.baseModel().sha256()),
        "its base model is %s, but its parent's is %s"
            .formatted(manifest.baseModel().name(), before.baseModel().name()));
  }

  private void require(boolean sound, String finding) {
    if (!sound) {
      findings.add(finding);
    }
  }
}
