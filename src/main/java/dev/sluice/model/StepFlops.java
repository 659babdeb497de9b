package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;
import java.util.EnumSet;
import java.util.Set;

/**
 * Counts the floating-point operations of a training step: two for each multiply-add of the matrix
 * products that {@code rslora_step.py} does. Norms, softmax, rotation, activation and AdamW are not
 * counted.
 *
 * <p>A projection of n rows with an adapter of rank r (0 without one), in multiply-adds:
 *
 * <pre>
 *   forward    n·in·out + n·in·r + n·r·out
 *   backward   n·in·out + 2·n·in·r + 2·n·r·out    gradients of x, of A, of B and of x·A'
 * </pre>
 *
 * n is the number of rows, those of a common prefix once; from the last layer's o on it is the
 * number of targets. Attention over s pairs of a query and a key, of w = heads·headDim numbers:
 *
 * <pre>
 *   forward    2·s·w                 scores, values
 *   backward   5·s·w                 scores again; gradients of weights, values, queries and keys
 *   s        = b·t·(t + 1)/2         a call of b examples of t own rows, padded, without a prefix
 *            = b·t·(p + t)           with a prefix of p rows, whose mask the kernel computes
 * </pre>
 *
 * A causal kernel skips whole blocks only and does somewhat more than these pairs. The head takes
 * targets·hidden·vocabulary forward, and as much for the gradient of its input. With recompute,
 * every layer runs forward twice.
 */
public final class StepFlops {

  private static final Set<TargetModule> ATTENDING =
      EnumSet.of(TargetModule.Q_PROJ, TargetModule.K_PROJ, TargetModule.V_PROJ);

  private final ModelConfig model;
  private final LoraConfig lora;
  private final int forwards;
  private final long rows;
  private final long targets;
  private final long pairs;

  private StepFlops(ModelConfig model, LoraConfig lora, boolean recompute, PackedRows packed) {
    this.model = model;
    this.lora = lora;
    this.forwards = recompute ? 2 : 1;
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
    for (int call = 0; call < batch[2]; call++) {
      long p = batch[4 + 4 * call];
      long b = batch[5 + 4 * call];
      long t = batch[6 + 4 * call];
      pairs += p == 0 ? b * t * (t + 1) / 2 : b * t * (p + t);
    }
    return pairs;
  }

  private long multiplyAdds() {
    long sum = 2 * targets * model.hidden() * model.vocabulary();
    for (int layer = 0; layer < model.layers(); layer++) {
      sum += layer(layer == model.layers() - 1 ? targets : rows);
    }
    return sum;
  }

  /**
   * @param active rows that go on after attention
   */
  private long layer(long active) {
    long sum = pairs * model.heads() * model.headDim() * (2 * forwards + 5);
    for (TargetModule target : TargetModule.values()) {
      sum += projection(target, ATTENDING.contains(target) ? rows : active);
    }
    return sum;
  }

  private long projection(TargetModule target, long n) {
    LinearShape shape = model.shape(target);
    long rank = lora.targets().contains(target) ? lora.rank() : 0;
    long frozen = n * shape.in() * shape.out();
    long adapter = n * rank * (shape.in() + shape.out());
    return forwards * (frozen + adapter) + frozen + 2 * adapter;
  }
}
