package dev.sluice.lora;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The shape of an adapter.
 *
 * <pre>
 *            x [.., in]
 *       ┌──────┴──────┐
 *       W₀ frozen     A [r, in]      W′ = W₀ + γ·B·A
 *       [out, in]     B [out, r]     γ = α/√r  (rsLoRA)   or  α/r  (classic)
 *       └──────┬──────┘
 *              y [.., out]
 * </pre>
 *
 * @param rank r, at least 1
 * @param alpha α, above 0
 * @param targets the projections that carry an adapter; not empty
 */
public record LoraConfig(int rank, double alpha, LoraScaling scaling, Set<TargetModule> targets) {

  /** The largest rank that anything takes; no adapter in use comes near it. */
  public static final int MAX_RANK = 8192;

  public LoraConfig {
    if (rank < 1) {
      throw new IllegalArgumentException("lora.rank must be at least 1 but was " + rank);
    }
    if (!(alpha > 0) || !Double.isFinite(alpha)) {
      throw new IllegalArgumentException("lora.alpha must be above 0 but was " + alpha);
    }
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("lora.target.modules must name a projection");
    }
    // In the order of the enum, whatever the order of the configuration.
    targets = Collections.unmodifiableSet(EnumSet.copyOf(targets));
  }

  /** γ, the factor of B·A. */
  public double gamma() {
    return scaling.of(rank, alpha);
  }
}
