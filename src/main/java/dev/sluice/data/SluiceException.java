package dev.sluice.data;

/** A failure whose message tells a user what is wrong and what to do; no stack trace is needed. */
public class SluiceException extends RuntimeException {
  public SluiceException(String message) {
    super(message);
  }

  public SluiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
