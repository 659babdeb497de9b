package dev.sluice.app.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What the bytes of an adapter depend on, beside the examples. */
final class ComputeKeys {

  static final String THREADS = "compute.threads";
  static final String DEVICE = "compute.device";
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
            DEVICE,
            "auto",
            Requirement.device(),
            Importance.HIGH,
            "Where the model lives and computes. auto is the first GPU that libtorch can use, or"
                + " else the CPU.")
        .text(
            PRECISION,
            "auto",
            Requirement.oneOf("auto", "fp32", "bf16"),
            Importance.MEDIUM,
            "What the base model computes in; the adapter's own weights are fp32 always. auto is"
                + " bf16 on a GPU and where the processor has AMX, and fp32 elsewhere. There bf16"
                + " halves memory; whether it is faster or slower, bench step tells.")
        .text(
            QUANTIZATION,
            "none",
            Requirement.oneOf("none", "int8", "nf4"),
            Importance.MEDIUM,
            "How the base model's projections are stored: none, as they are computed with; int8,"
                + " with a scale for each row; nf4, 4 bits in blocks of 64. Less memory, more time"
                + " and a little less exact.")
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
