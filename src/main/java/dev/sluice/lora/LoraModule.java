package dev.sluice.lora;

/**
 * The adapter of one projection, or the optimizer's moments for it.
 *
 * @param layer decoder layer, from 0
 * @param a {@code [rank, in]}
 * @param b {@code [out, rank]}
 */
public record LoraModule(int layer, TargetModule target, Matrix a, Matrix b) {

  public LoraModule {
    if (a.rows() != b.columns()) {
      throw new IllegalArgumentException(
          "layer %d %s: A has rank %d but B has rank %d"
              .formatted(layer, target.peftName(), a.rows(), b.columns()));
    }
  }

  /** Zeros of the same shapes. */
  public LoraModule zerosLike() {
    return new LoraModule(layer, target, a.zerosLike(), b.zerosLike());
  }

  /** The name in the model, for example {@code model.layers.0.self_attn.q_proj}. */
  public String path() {
    return "model.layers." + layer + "." + target.path();
  }
}
