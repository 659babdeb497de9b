package dev.sluice.lora;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check before the first step that an adapter is rank-stabilised (arXiv:2312.03732, theorem
 * 3.2): with B = 0, the variance of A's entries must not depend on the rank.
 *
 * <p>One adapter shows one rank only, so each A is held against the variance 1/(3·in) that {@link
 * AdapterInitializer} and PEFT's default give it at every rank. The tolerance follows from the
 * number of entries: the sample variance of n uniform values has a relative standard error of
 * √(0.8/n).
 */
public final class RankStability {

  private static final Logger LOG = LoggerFactory.getLogger(RankStability.class);

  /** A sound adapter of a thousand modules is further off about once in a million starts. */
  private static final double STANDARD_ERRORS = 6;

  /** Leaves room for values that were rounded, to bf16 for example. */
  private static final double LEAST_TOLERANCE = 0.01;

  private RankStability() {}

  /**
   * Logs γ and the variance of A, and warns of a rank that cannot be served. A trained adapter,
   * with B ≠ 0, passes whatever its A is like by now.
   *
   * @throws UnstableRankException if B is 0 and an A has another variance than 1/(3·in)
   */
  public static void check(AdapterState adapter) {
    boolean untrained = adapter.modules().stream().allMatch(module -> isZero(module.b()));
    double lowest = Double.POSITIVE_INFINITY;
    double highest = 0;
    for (LoraModule module : adapter.modules()) {
      Matrix a = module.a();
      double ratio = variance(a) / expectedVariance(a);
      if (untrained && !(Math.abs(ratio - 1) <= tolerance(a))) {
        throw new UnstableRankException(module.path(), variance(a), expectedVariance(a));
      }
      lowest = Math.min(lowest, ratio);
      highest = Math.max(highest, ratio);
    }
    LoraConfig config = adapter.config();
    LOG.atInfo()
        .addKeyValue("rank", config.rank())
        .addKeyValue("alpha", config.alpha())
        .addKeyValue("scaling", config.scaling())
        .addKeyValue("gamma", config.gamma())
        .addKeyValue("trained", !untrained)
        .addKeyValue("lowestVarianceOfATimes3In", lowest)
        .addKeyValue("highestVarianceOfATimes3In", highest)
        .log("Rank stability checked");
    ServableRank.warn(config);
  }

  /** Of entries that are uniform in ±1/√in. */
  private static double expectedVariance(Matrix a) {
    return 1.0 / (3.0 * a.columns());
  }

  private static double tolerance(Matrix a) {
    return Math.max(LEAST_TOLERANCE, STANDARD_ERRORS * Math.sqrt(0.8 / a.values().length));
  }

  private static double variance(Matrix a) {
    double sum = 0;
    double squares = 0;
    for (float value : a.values()) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / a.values().length;
    return squares / a.values().length - mean * mean;
  }

  private static boolean isZero(Matrix matrix) {
    for (float value : matrix.values()) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
