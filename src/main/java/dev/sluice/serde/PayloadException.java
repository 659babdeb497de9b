package dev.sluice.serde;

import dev.sluice.data.SluiceException;

/** A record of one of Sluice's own topics that cannot be read. */
public final class PayloadException extends SluiceException {
  public PayloadException(String message) {
    super(message);
  }

  public PayloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
