package dev.sluice.app.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What the bytes of an adapter depend on, beside the examples. */
final class ComputeKeys {

  static final String THREADS = "compute.threads";
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
        .longInteger(
            SEED,
            42,
            NumberBounds.anyLong(),
            Importance.LOW,
            "",
            "Where the adapter's first weights are drawn from.");
  }
}
