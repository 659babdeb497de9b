package dev.sluice.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The adapter before its first step: B = 0, and A Kaiming-uniform with a = √5 over its inputs,
 * PEFT's default.
 *
 * <p>Entries of A are uniform in ±1/√in, so their variance 1/(3·in) does not depend on the rank:
 * the premise of rank stability (arXiv:2312.03732, theorem 3.2).
 */
public final class AdapterInitializer {

  /** The inputs and outputs of a projection. */
  public record LinearShape(int in, int out) {}

  /** The shape of each projection of a decoder layer. */
  public interface Shapes {
    LinearShape of(TargetModule target);
  }

  private AdapterInitializer() {}

  /** The same seed gives the same bytes on every machine. */
  public static AdapterState initialize(LoraConfig config, int layers, Shapes shapes, long seed) {
    List<LoraModule> modules = new ArrayList<>();
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int layer = 0; layer < layers; layer++) {
      for (TargetModule target : config.targets()) {
        LinearShape shape = shapes.of(target);
        Matrix a = kaimingUniform(config.rank(), shape.in(), seeds.split());
        modules.add(new LoraModule(layer, target, a, Matrix.zeros(shape.out(), config.rank())));
      }
    }
    return new AdapterState(config, modules);
  }

  private static Matrix kaimingUniform(int rank, int in, SplittableRandom random) {
    Matrix a = Matrix.zeros(rank, in);
    double bound = 1 / Math.sqrt(in);
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] = (float) random.nextDouble(-bound, bound);
    }
    return a;
  }
}
