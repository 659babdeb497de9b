package dev.sluice.lora;

/** How the adapter's product B·A is scaled with the rank. */
public enum LoraScaling {
  /** α/√r, rank-stabilised (arXiv:2312.03732, theorem 3.2). */
  RSLORA {
    @Override
    double of(int rank, double alpha) {
      return alpha / Math.sqrt(rank);
    }
  },
  /** α/r, as in the first LoRA paper (arXiv:2106.09685): gradients collapse as the rank grows. */
  CLASSIC {
    @Override
    double of(int rank, double alpha) {
      return alpha / rank;
    }
  };

  abstract double of(int rank, double alpha);
}
