package dev.sluice.lora;

import static java.util.Objects.requireNonNull;

import dev.sluice.lora.AdapterInitializer.LinearShape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The change of an adapter to a higher rank, another alpha or another scaling that leaves its
 * function what it was.
 *
 * <pre>
 *   A′ = [ A    ]  the rows of before        B′ = γ/γ′ · [ B  0 ]
 *        [ rows ]  seeded ones
 *
 *   γ′·B′·A′ = γ·B·A
 * </pre>
 *
 * <p>The moments of an optimizer do not follow: those of B were for another scale.
 *
 * @param after with the targets of {@code before} and at least its rank: which directions of a
 *     trained adapter could go is not for a restart to decide
 */
public record AdapterReshape(LoraConfig before, LoraConfig after) {

  public AdapterReshape {
    if (after.rank() < before.rank()) {
      throw new IllegalArgumentException(
          "an adapter of rank %d cannot take rank %d".formatted(before.rank(), after.rank()));
    }
    if (!after.targets().equals(before.targets())) {
      throw new IllegalArgumentException(
          "an adapter of %s cannot become one of %s".formatted(before.targets(), after.targets()));
    }
  }

  public boolean changesNothing() {
    return before.equals(after);
  }

  /** γ′/γ. */
  public double gammaRatio() {
    return after.gamma() / before.gamma();
  }

  /**
   * The learning rate with which a step changes γ·B·A as much as before, to first order: AdamW
   * moves each of the r columns of B by the learning rate, whatever the gradients', so a step goes
   * as lr·γ·r.
   */
  public double sameStepLearningRate(double learningRate) {
    return learningRate / gammaRatio() * before.rank() / after.rank();
  }

  /**
   * The changed adapter; the same bytes for the same adapter and seed. New rows of A are those that
   * a new adapter of the higher rank would have there.
   *
   * @param adapter of the shape {@code before}
   */
  public AdapterState apply(AdapterState adapter, long seed) {
    if (!adapter.config().equals(before)) {
      throw new IllegalArgumentException(
          "the adapter is %s, not %s".formatted(adapter.config(), before));
    }
    if (changesNothing()) {
      return adapter;
    }
    List<LoraModule> fresh = fresh(adapter, seed).modules();
    List<LoraModule> modules = new ArrayList<>();
    for (int i = 0; i < fresh.size(); i++) {
      LoraModule old = adapter.modules().get(i);
      Matrix a = fresh.get(i).a();
      System.arraycopy(old.a().values(), 0, a.values(), 0, old.a().values().length);
      modules.add(new LoraModule(old.layer(), old.target(), a, widened(old.b())));
    }
    return new AdapterState(after, modules);
  }

  private AdapterState fresh(AdapterState adapter, long seed) {
    Map<TargetModule, LinearShape> shapes = new EnumMap<>(TargetModule.class);
    for (LoraModule module : adapter.modules()) {
      shapes.put(module.target(), new LinearShape(module.a().columns(), module.b().rows()));
    }
    int layers = adapter.modules().size() / before.targets().size();
    return AdapterInitializer.initialize(
        after, layers, target -> requireNonNull(shapes.get(target)), seed);
  }

  private Matrix widened(Matrix b) {
    double scale = 1 / gammaRatio();
    Matrix wide = Matrix.zeros(b.rows(), after.rank());
    for (int row = 0; row < b.rows(); row++) {
      for (int column = 0; column < b.columns(); column++) {
        wide.values()[row * after.rank() + column] =
            (float) (b.values()[row * b.columns() + column] * scale);
      }
    }
    return wide;
  }
}
