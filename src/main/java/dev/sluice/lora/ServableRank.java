package dev.sluice.lora;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limit that serving sets to the rank. Training knows none. */
public final class ServableRank {

  /** The largest {@code max_lora_rank} that vLLM takes. */
  static final int MAX = 512;

  private static final Logger LOG = LoggerFactory.getLogger(ServableRank.class);

  private ServableRank() {}

  /** Warns if vLLM will not load adapters of this rank. */
  public static void warn(LoraConfig config) {
    if (config.rank() > MAX) {
      LOG.atWarn()
          .addKeyValue("lora.rank", config.rank())
          .log("vLLM does not load adapters of a rank above 512");
    }
  }
}
