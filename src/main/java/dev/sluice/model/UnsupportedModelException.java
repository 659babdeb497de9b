package dev.sluice.model;

/** A base model that is missing, damaged, or of a kind that Sluice cannot train. */
public final class UnsupportedModelException extends RuntimeException {
  public UnsupportedModelException(String message) {
    super(message);
  }

  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
