package dev.sluice.model;

/**
 * How the projections of the base model are stored; embedding, head and norms are not quantised.
 * The values are converted to the compute type where they are used, in both passes, and never kept.
 */
public enum Quantization {
  /** As they are computed with. */
  NONE(0, 1),

  /** int8 with the largest magnitude of each row at ±127. */
  INT8(1, 2),

  /**
   * 4 bits: NormalFloat levels in blocks of 64, whose scales are int8 themselves, in blocks of 256
   * around their mean.
   *
   * @see <a href="https://arxiv.org/abs/2305.14314">QLoRA, section 3</a>
   */
  NF4(2, 4);

  /**
   * Quantiles of the normal distribution with an exact zero: QLoRA, appendix E.
   *
   * <p>fp32.
   */
  private static final float[] NORMAL_FLOAT = {
    -1f,
    -0.6961928f,
    -0.52507305f,
    -0.3949175f,
    -0.28444138f,
    -0.18477343f,
    -0.09105004f,
    0f,
    0.0795803f,
    0.1609302f,
    0.2461123f,
    0.33791524f,
    0.44070983f,
    0.562617f,
    0.72295684f,
    1f
  };

  private final int code;
  private final int parts;

  Quantization(int code, int parts) {
    this.code = code;
    this.parts = parts;
  }

  /** How the step program calls it. */
  int code() {
    return code;
  }

  /** Tensors that a weight is stored in. */
  int parts() {
    return parts;
  }

  /** The 16 levels of NF4, ascending. */
  static float[] levels() {
    return NORMAL_FLOAT.clone();
  }

  /** The two levels that each byte stands for, {@code [256, 2]}: first the high four bits'. */
  static float[] pairs() {
    float[] pairs = new float[512];
    for (int code = 0; code < 256; code++) {
      pairs[2 * code] = NORMAL_FLOAT[code >> 4];
      pairs[2 * code + 1] = NORMAL_FLOAT[code & 15];
    }
    return pairs;
  }
}
