package dev.sluice.app;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the keys that decide what a training step costs: a {@code @Mixin}. */
final class StepOptions {

  @Option(names = "--rank", paramLabel = "R", description = "Rank of the adapter (lora.rank).")
  private @Nullable Integer rank;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "What the base model computes in: fp32 or bf16 (compute.precision).")
  private @Nullable String precision;

  @Option(
      names = "--recompute",
      description = "Compute activations again for the backward pass (compute.recompute).")
  private boolean recompute;

  @Option(
      names = "--quantization",
      paramLabel = "Q",
      description = "How the base model is stored: none, int8 or nf4 (compute.quantization).")
  private @Nullable String quantization;

  /** What they override in the configuration. */
  Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    if (rank != null) {
      overrides.put("lora.rank", rank.toString());
    }
    if (precision != null) {
      overrides.put("compute.precision", precision);
    }
    if (recompute) {
      overrides.put("compute.recompute", "true");
    }
    if (quantization != null) {
      overrides.put("compute.quantization", quantization);
    }
    return overrides;
  }
}
