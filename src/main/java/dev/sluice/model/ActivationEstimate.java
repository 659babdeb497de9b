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
 * What autograd keeps of a step, in bytes, operation by operation of {@code rslora_step.py}:
 *
 * <ul>
 *   <li>a norm keeps its input in fp32;
 *   <li>a frozen projection keeps nothing, as its weight needs no gradient; with an adapter it
 *       keeps its input, shared by those that read the same, and x·A' {@code [rows, rank]};
 *   <li>attention keeps queries, keys and values (heads repeated), its output and an fp32 logarithm
 *       for each head;
 *   <li>the feed-forward part keeps what goes into silu, what comes out, and up.
 * </ul>
 *
 * <p>It leaves out padding within a group, and the keys and values of a common prefix, which are
 * copied to each of its examples.
 */
record ActivationEstimate(ModelConfig model, LoraConfig lora, Setup setup) {

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
   * Beside what is kept. The logits are there in the compute type and three times in fp32: as they
   * are, their log-softmax, and the gradient. A layer's backward pass holds four gradients of the
   * feed-forward's width.
   */
  long working() {
    long compute = setup.computeBytes();
    long head = (long) setup.targets() * model.vocabulary() * (compute + 3 * Float.BYTES);
    long layer = 4 * compute * setup.rows() * model.intermediate();
    return Math.max(head, layer);
  }

  /** A row's, from the layer's input to attention's output. */
  private long attention() {
    long compute = setup.computeBytes();
    long width = model.shape(Q_PROJ).out();
    long keys = model.shape(K_PROJ).out();
    return (long) Float.BYTES * model.hidden()
        + compute * adapter(model.hidden(), Q_PROJ, K_PROJ, V_PROJ)
        + (model.qkNorm() ? Float.BYTES * (width + keys) : 0)
        + compute * 4 * width
        + (long) Float.BYTES * model.heads();
  }

  /** A row's, from attention's output to the layer's. */
  private long feedForward() {
    long compute = setup.computeBytes();
    return compute * adapter(model.shape(O_PROJ).in(), O_PROJ)
        + (long) Float.BYTES * model.hidden()
        + compute * adapter(model.hidden(), GATE_PROJ, UP_PROJ)
        + compute * 3 * model.intermediate()
        + compute * adapter(model.intermediate(), DOWN_PROJ);
  }

  /** Numbers that adapters with a common input keep: the input, and a rank each. */
  private long adapter(int input, TargetModule... projections) {
    long adapted = Arrays.stream(projections).filter(lora.targets()::contains).count();
    return adapted == 0 ? 0 : input + adapted * lora.rank();
  }
}
