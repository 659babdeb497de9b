package dev.sluice.kafka;

import dev.sluice.data.SluiceException;

/** Another trainer has taken over the adapter: this one is a zombie and must stop. */
public final class AdapterTakenOverException extends SluiceException {
  public AdapterTakenOverException(String adapter, Throwable cause) {
    super(
        ("another trainer has taken over adapter '%s', and this one has stopped; run one trainer an"
                + " adapter")
            .formatted(adapter),
        cause);
  }
}
