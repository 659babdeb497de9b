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

  /** Radians a position for each pair of dimensions {@code [headDim / 2]}. */
  public double[] frequencies(int headDim) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = stretch(Math.pow(theta, -2.0 * i / headDim));
    }
    return frequencies;
  }

  private double stretch(double frequency) {
    if (scaling.factor() == 1) {
      return frequency;
    }
    double wavelength = 2 * Math.PI / frequency;
    if (wavelength > scaling.original() / scaling.lowFactor()) {
      return frequency / scaling.factor();
    }
    if (wavelength < scaling.original() / scaling.highFactor()) {
      return frequency;
    }
    double smooth =
        (scaling.original() / wavelength - scaling.lowFactor())
            / (scaling.highFactor() - scaling.lowFactor());
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }
}
