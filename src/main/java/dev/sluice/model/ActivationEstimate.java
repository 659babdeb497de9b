package dev.sluice.model;

import static dev.sluice.lora.TargetModule.DOWN_PROJ;
import static dev.sluice.lora.TargetModule.GATE_PROJ;
import static dev.sluice.lora.TargetModule.K_PROJ;
import static dev.sluice.lora.TargetModule.O_PROJ;
import static dev.sluice.lora.TargetModule.Q_PROJ;
import static dev.sluice.lora.TargetModule.UP_PROJ;
import static dev.sluice.lora.TargetModule.V_PROJ;

import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.MemoryEstimate.Setup;
import java.util.Arrays;

/**
 * What {@code rslora_step.py} keeps of a step for its backward pass, in bytes:
 *
 * <ul>
 *   <li>the input of both norms, and of those of queries and keys;
 *   <li>x·A' {@code [rows, rank]} of each projection with an adapter;
 *   <li>queries, keys and values; the copies that attention gathers of them, keys and values
 *       repeated for all heads; its output, twice, and an fp32 logarithm for each head;
 *   <li>gate and up.
 * </ul>
 *
 * <p>It leaves out padding within a call of attention, and the keys and values of a common prefix,
 * which are copied to each of its examples.
 */
record ActivationEstimate(ModelConfig model, LoraConfig lora, Setup setup) {

  /** As {@code head_backward} says. */
  private static final int TARGETS_AT_A_TIME = 256;

  /** Kept when the backward pass begins. With recompute: each layer's input, and one layer. */
  long kept() {
    long rows = setup.rows();
    long attention = rows * attention();
    long feedForward = rows * feedForward();
    if (setup.recompute()) {
      long input = rows * setup.computeBytes() * model.hidden();
      return model.layers() * input + attention + feedForward;
    }
    long lastFeedForward = setup.targets() * feedForward(); // goes on with the active rows alone
    return model.layers() * attention + (model.layers() - 1) * feedForward + lastFeedForward;
  }

  /**
   * Beside what is kept. Logits are there for some targets at a time: in the compute type if that
   * is not fp32, before and after, and twice in fp32. A layer's backward pass holds six gradients
   * and activations of the feed-forward's width.
   */
  long working() {
    long compute = setup.computeBytes();
    long targets = Math.min(setup.targets(), TARGETS_AT_A_TIME);
    long halves = compute == Float.BYTES ? 0 : 2 * compute;
    long head = targets * model.vocabulary() * (halves + 2 * Float.BYTES);
    long layer = 6 * compute * setup.rows() * model.intermediate();
    return Math.max(head, layer);
  }

  /** A row's, from the layer's input to attention's output. */
  private long attention() {
    long compute = setup.computeBytes();
    long width = model.shape(Q_PROJ).out();
    long keys = model.shape(K_PROJ).out();
    long kept = model.hidden() + ranks(Q_PROJ, K_PROJ, V_PROJ) + 6 * width + 2 * keys;
    long normed = model.qkNorm() ? width + keys : 0;
    return compute * (kept + normed) + (long) Float.BYTES * model.heads();
  }

  /** A row's, from attention's output to the layer's. */
  private long feedForward() {
    long ranks = ranks(O_PROJ, GATE_PROJ, UP_PROJ, DOWN_PROJ);
    return setup.computeBytes() * (model.hidden() + ranks + 2L * model.intermediate());
  }

  private long ranks(TargetModule... projections) {
    return lora.rank() * Arrays.stream(projections).filter(lora.targets()::contains).count();
  }
}
