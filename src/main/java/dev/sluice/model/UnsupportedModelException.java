package dev.sluice.model;

import dev.sluice.data.SluiceException;

/** A base model that is missing, damaged, or of a kind that Sluice cannot train. */
public final class UnsupportedModelException extends SluiceException {
  public UnsupportedModelException(String message) {
    super(message);
  }

  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
