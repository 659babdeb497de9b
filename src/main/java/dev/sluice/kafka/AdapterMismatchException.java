package dev.sluice.kafka;

import dev.sluice.data.SluiceException;

/** The newest checkpoint of an adapter was made for another base model or another adapter shape. */
public final class AdapterMismatchException extends SluiceException {
  public AdapterMismatchException(String message) {
    super(message);
  }
}
