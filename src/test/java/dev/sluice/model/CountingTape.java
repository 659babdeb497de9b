package dev.sluice.model;

import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.PrefixGroups.Group;

/**
 * Walks the step program as autograd does, without numbers: each product of matrices counts its own
 * multiply-adds and those of the gradients that its operands need.
 */
final class CountingTape {

  /** A matrix; {@code tracked} if it needs a gradient. */
  private record Value(long rows, long columns, boolean tracked) {
    Value rows(long some) {
      return new Value(some, columns, tracked);
    }

    Value tracked(boolean now) {
      return new Value(rows, columns, now);
    }
  }

  private final ModelConfig model;
  private final LoraConfig lora;
  private final MicroBatch batch;

  /** Whether operations are recorded: off, nothing needs a gradient. */
  private boolean recording = true;

  private long multiplyAdds;

  private CountingTape(ModelConfig model, LoraConfig lora, MicroBatch batch) {
    this.model = model;
    this.lora = lora;
    this.batch = batch;
  }

  /** Multiply-adds of a step. */
  static long multiplyAdds(
      ModelConfig model, LoraConfig lora, boolean recompute, MicroBatch batch) {
    CountingTape tape = new CountingTape(model, lora, batch);
    tape.step(recompute);
    return tape.multiplyAdds;
  }

  private void step(boolean recompute) {
    recording = !recompute;
    Value embedded = new Value(rows(), model.hidden(), false);
    Value x = embedded;
    for (int layer = 0; layer < model.layers(); layer++) {
      x = layer(x, layer);
    }
    recording = true;
    Value head = new Value(model.hidden(), model.vocabulary(), false);
    product(recompute ? x.tracked(true) : x, head);
    if (recompute) {
      for (int layer = model.layers() - 1; layer >= 0; layer--) {
        layer(embedded.tracked(true), layer);
      }
    }
  }

  private Value layer(Value x, int layer) {
    Value q = linear(x, TargetModule.Q_PROJ);
    Value k = linear(x, TargetModule.K_PROJ);
    Value v = linear(x, TargetModule.V_PROJ);
    Value o = attention(q, q.tracked() || k.tracked() || v.tracked());
    if (layer == model.layers() - 1) {
      x = x.rows(batch.targetTokens());
      o = o.rows(batch.targetTokens());
    }
    x = sum(x, linear(o, TargetModule.O_PROJ));
    Value gate = linear(x, TargetModule.GATE_PROJ);
    Value up = linear(x, TargetModule.UP_PROJ);
    return sum(x, linear(sum(gate, up), TargetModule.DOWN_PROJ));
  }

  private Value linear(Value x, TargetModule target) {
    LinearShape shape = model.shape(target);
    Value y = product(x, new Value(shape.in(), shape.out(), false));
    if (!lora.targets().contains(target)) {
      return y;
    }
    Value a = new Value(shape.in(), lora.rank(), true);
    Value b = new Value(lora.rank(), shape.out(), true);
    return sum(y, product(product(x, a), b));
  }

  /** Pair by pair: each is a product of a query with a key, and of its weight with a value. */
  private Value attention(Value q, boolean tracked) {
    int products = 2 + (recording && tracked ? 5 : 0);
    for (Group group : PrefixGroups.of(batch)) {
      long longest = group.examples().stream().mapToLong(i -> own(group, i)).max().orElseThrow();
      for (long query = 0; query < group.prefix(); query++) {
        for (long key = 0; key <= query; key++) {
          multiplyAdds += (long) products * model.heads() * model.headDim();
        }
      }
      for (long query = 0; query < longest * group.examples().size(); query++) {
        long seen = group.prefix() == 0 ? query % longest + 1 : group.prefix() + longest;
        multiplyAdds += products * seen * model.heads() * model.headDim();
      }
    }
    return q.tracked(recording && tracked);
  }

  private Value product(Value x, Value w) {
    boolean inputGradient = recording && x.tracked();
    boolean weightGradient = recording && w.tracked();
    int products = 1 + (inputGradient ? 1 : 0) + (weightGradient ? 1 : 0);
    multiplyAdds += products * x.rows() * x.columns() * w.columns();
    return new Value(x.rows(), w.columns(), inputGradient || weightGradient);
  }

  private static Value sum(Value a, Value b) {
    return a.tracked(a.tracked() || b.tracked());
  }

  private long rows() {
    return PrefixGroups.of(batch).stream()
        .mapToLong(
            g -> g.prefix() + g.examples().stream().mapToLong(example -> own(g, example)).sum())
        .sum();
  }

  /** Rows of an example behind its group's prefix; its last token has none. */
  private long own(Group group, int example) {
    return batch.examples().get(example).tokens().length() - 1L - group.prefix();
  }
}
