package dev.sluice.app.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What the bytes of an adapter depend on, beside the examples. */
final class ComputeKeys {

  static final String THREADS = "compute.threads";
  static final String PRECISION = "compute.precision";
  static final String QUANTIZATION = "compute.quantization";
  static final String RECOMPUTE = "compute.recompute";
  static final String SEED = "seed";

  private ComputeKeys() {}

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Compute")
        .integer(
            THREADS,
            0,
            NumberBounds.atLeast(0),
            Importance.MEDIUM,
            "threads",
            "Threads of a training step; 0 for one a core. A rebuild needs the same number to get"
                + " the same bytes.")
        .text(
            PRECISION,
            "auto",
            Requirement.oneOf("auto", "fp32", "bf16"),
            Importance.MEDIUM,
            "What the base model computes in; the adapter's own weights are fp32 always. auto is"
                + " bf16 where the processor multiplies it in hardware (AMX), and fp32 elsewhere:"
                + " there bf16 halves memory and is slower.")
        .text(
            QUANTIZATION,
            "none",
            Requirement.oneOf("none", "int8", "nf4"),
            Importance.MEDIUM,
            "How the base model's frozen projections are stored: none as compute.precision says,"
                + " int8 with a scale a row, nf4 in 4 bits with a scale for each 64 weights.")
        .text(
            RECOMPUTE,
            "false",
            Requirement.oneOf("true", "false"),
            Importance.MEDIUM,
            "Whether the activations of a layer are computed again for its backward pass: less"
                + " memory, and about half as much time again.")
        .longInteger(
            SEED,
            42,
            NumberBounds.anyLong(),
            Importance.LOW,
            "",
            "Where the adapter's first weights are drawn from.");
  }
}
