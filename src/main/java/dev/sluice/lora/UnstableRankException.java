package dev.sluice.lora;

import dev.sluice.data.SluiceException;
import java.util.Locale;

/** An untrained adapter's A has a variance that would make learning depend on the rank. */
public final class UnstableRankException extends SluiceException {

  UnstableRankException(String module, double variance, double expected) {
    super(
        String.format(
            Locale.ROOT,
            "the entries of A of %s have variance %.3g, but an untrained adapter is rank-stable"
                + " with 1/(3·in) = %.3g, whatever its rank; PEFT's init_lora_weights=\"gaussian\","
                + " for one, has 1/r². Set adapter.start to an adapter made with"
                + " init_lora_weights=true, or leave it empty",
            module,
            variance,
            expected));
  }
}
