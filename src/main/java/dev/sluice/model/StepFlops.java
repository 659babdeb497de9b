package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;

/**
 * Counts the floating-point operations of a training step: two for each multiply-add of the matrix
 * products that {@code rslora_step.py} does. Norms, softmax, rotation, activation and AdamW are not
 * counted.
 *
 * <p>A projection of n rows with an adapter of rank r (0 without one), in multiply-adds:
 *
 * <pre>
 *   forward    n·in·out + n·in·r + n·r·out
 *   backward   n·in·r + 2·n·r·out    gradients of A, of B and of x·A'
 *            + n·in·out + n·in·r     gradient of x, where x needs one; frozen weights have none
 * </pre>
 *
 * n is the number of rows, those of a common prefix once; from the last layer's o on it is the
 * number of targets. Attention over s pairs of a query and a key, of w = heads·headDim numbers:
 *
 * <pre>
 *   forward    2·s·w                 scores, values
 *   backward   5·s·w                 scores again; gradients of weights, values, queries and keys
 *   s        = b·t·(t + 1)/2         b examples of t own rows, padded, without a prefix
 *            = p·(p + 1)/2 + b·t·(p + t)   with a prefix of p rows, whose mask the kernel computes
 * </pre>
 *
 * A causal kernel skips whole blocks only and does somewhat more than these pairs. The head takes
 * targets·hidden·vocabulary forward, and as much for the gradient of its input. The first layer's
 * input needs no gradient. With recompute, every layer runs forward twice and takes the gradient of
 * its input, the first one too.
 */
public final class StepFlops {

  private static final int FORWARD_PRODUCTS = 2;
  private static final int BACKWARD_PRODUCTS = 5;

  private final ModelConfig model;
  private final LoraConfig lora;
  private final boolean recompute;
  private final long rows;
  private final long targets;
  private final long pairs;

  private StepFlops(ModelConfig model, LoraConfig lora, boolean recompute, PackedRows packed) {
    this.model = model;
    this.lora = lora;
    this.recompute = recompute;
    this.rows = packed.batch()[0];
    this.targets = packed.batch()[1];
    this.pairs = pairs(packed.batch());
  }

  /** Floating-point operations of a step that trains on this micro-batch alone. */
  public static long of(ModelConfig model, LoraConfig lora, boolean recompute, MicroBatch batch) {
    return of(model, lora, recompute, PackedRows.of(batch));
  }

  static long of(ModelConfig model, LoraConfig lora, boolean recompute, PackedRows packed) {
    return 2 * new StepFlops(model, lora, recompute, packed).multiplyAdds();
  }

  private static long pairs(long[] batch) {
    long pairs = 0;
    for (int group = 0; group < batch[2]; group++) {
      long p = batch[3 + 4 * group];
      long b = batch[4 + 4 * group];
      long t = batch[5 + 4 * group];
      pairs += p == 0 ? b * t * (t + 1) / 2 : p * (p + 1) / 2 + b * t * (p + t);
    }
    return pairs;
  }

  private long multiplyAdds() {
    long sum = 2 * targets * model.hidden() * model.vocabulary();
    for (int layer = 0; layer < model.layers(); layer++) {
      sum += layer(layer);
    }
    return sum;
  }

  private long layer(int layer) {
    long active = layer == model.layers() - 1 ? targets : rows;
    boolean input = recompute || layer > 0; // whether it needs a gradient, as the following do
    boolean attended =
        input || adapts(TargetModule.Q_PROJ, TargetModule.K_PROJ, TargetModule.V_PROJ);
    boolean mixed = attended || adapts(TargetModule.O_PROJ);
    boolean gated = mixed || adapts(TargetModule.GATE_PROJ, TargetModule.UP_PROJ);
    return projection(TargetModule.Q_PROJ, rows, input)
        + projection(TargetModule.K_PROJ, rows, input)
        + projection(TargetModule.V_PROJ, rows, input)
        + attention(attended)
        + projection(TargetModule.O_PROJ, active, attended)
        + projection(TargetModule.GATE_PROJ, active, mixed)
        + projection(TargetModule.UP_PROJ, active, mixed)
        + projection(TargetModule.DOWN_PROJ, active, gated);
  }

  private long projection(TargetModule target, long n, boolean inputGradient) {
    LinearShape shape = model.shape(target);
    long rank = adapts(target) ? lora.rank() : 0;
    long frozen = n * shape.in() * shape.out();
    long a = n * shape.in() * rank;
    long b = n * rank * shape.out();
    long backward = a + 2 * b + (inputGradient ? frozen + a : 0);
    return forwards() * (frozen + a + b) + backward;
  }

  private long attention(boolean backward) {
    long product = pairs * model.heads() * model.headDim();
    return product * (forwards() * FORWARD_PRODUCTS + (backward ? BACKWARD_PRODUCTS : 0));
  }

  private long forwards() {
    return recompute ? 2 : 1;
  }

  private boolean adapts(TargetModule... targets) {
    for (TargetModule target : targets) {
      if (lora.targets().contains(target)) {
        return true;
      }
    }
    return false;
  }
}
