package dev.sluice.model;

/**
 * The frequencies of the rotary position embedding (arXiv:2104.09864), plain or stretched as Llama
 * 3.1 does for longer contexts.
 *
 * @param theta base of the frequencies
 * @param scaling how they are stretched, or {@link Scaling#NONE}
 */
public record RotaryEmbedding(double theta, Scaling scaling) {

  /**
   * Llama 3.1's stretching: wavelengths beyond the original context divided by {@code lowFactor}
   * are divided by {@code factor}, those within it divided by {@code highFactor} stay, and between
   * the two the change is gradual.
   *
   * @param factor 1 for no stretching
   * @param original the context that the model was first trained with
   */
  public record Scaling(double factor, double lowFactor, double highFactor, double original) {
    static final Scaling NONE = new Scaling(1, 1, 1, 1);
  }

  /**
   * Radians a position for each pair of dimensions {@code [headDim / 2]}.
   *
   * <p>Rounded to fp32 where Transformers rounds: models were trained with those angles.
   */
  public float[] frequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / headDim;
      frequencies[i] = stretch(1f / (float) Math.pow(theta, exponent));
    }
    return frequencies;
  }

  private float stretch(float frequency) {
    if (scaling.factor() == 1) {
      return frequency;
    }
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength > scaling.original() / scaling.lowFactor()) {
      return (float) (frequency / scaling.factor());
    }
    if (wavelength < scaling.original() / scaling.highFactor()) {
      return frequency;
    }
    double smooth =
        (scaling.original() / wavelength - scaling.lowFactor())
            / (scaling.highFactor() - scaling.lowFactor());
    return (float) ((1 - smooth) * frequency / scaling.factor() + smooth * frequency);
  }
}
