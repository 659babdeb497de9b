package dev.sluice.train;

import dev.sluice.train.GradientAlert.Kind;
import dev.sluice.train.StepOutcome.Applied;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches the norm of ∇B against the running median of its own recent values. It has no opinion on
 * the first steps, and none on ∇A, which is 0 at the first.
 *
 * <p>An alert is raised when the norm crosses a factor of the median, and not again before the norm
 * has come back to within the factor's root of it. A change that stays becomes the median after
 * half a window. Steps that were skipped leave no trace. Not thread-safe.
 */
public final class GradientNormMonitor {

  /** A quarter of the window must be filled before the median means anything. */
  private static final int WARM_UP_SHARE = 4;

  private final double factor;
  private final double[] window;

  /** Norms seen; the newest is at {@code (seen - 1) % window.length}. */
  private long seen;

  private @Nullable Kind episode;

  /**
   * @param factor above 1: how far from the median the norm may be, either way
   * @param window steps that the median is taken over
   */
  public GradientNormMonitor(double factor, int window) {
    if (!(factor > 1)) {
      throw new IllegalArgumentException(
          "alerts.gradient.factor must be above 1 but was " + factor);
    }
    if (window < 1) {
      throw new IllegalArgumentException(
          "alerts.gradient.window must be at least 1 but was " + window);
    }
    this.factor = factor;
    this.window = new double[window];
  }

  /** Takes in a step; returns what is alarming about it. */
  public Optional<GradientAlert> observe(StepOutcome outcome) {
    StepReport report = outcome.report();
    double norm = report.norms().b();
    if (!(outcome instanceof Applied) || !Double.isFinite(norm)) {
      return Optional.empty();
    }
    Optional<GradientAlert> alert =
        seen * WARM_UP_SHARE >= window.length ? judge(report.step(), norm) : Optional.empty();
    window[(int) (seen++ % window.length)] = norm;
    return alert;
  }

  private Optional<GradientAlert> judge(long step, double norm) {
    double median = median();
    if (median == 0 || (episode != null && !isBack(episode, norm, median))) {
      return Optional.empty();
    }
    episode = null;
    if (norm < median / factor) {
      episode = Kind.COLLAPSE;
    } else if (norm > median * factor) {
      episode = Kind.EXPLOSION;
    }
    return Optional.ofNullable(episode).map(kind -> new GradientAlert(kind, step, norm, median));
  }

  private boolean isBack(Kind kind, double norm, double median) {
    double near = Math.sqrt(factor);
    return kind == Kind.COLLAPSE ? norm > median / near : norm < median * near;
  }

  private double median() {
    double[] sorted = Arrays.copyOf(window, (int) Math.min(seen, window.length));
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
