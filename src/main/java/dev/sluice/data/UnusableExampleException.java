package dev.sluice.data;

/**
 * A valid example that this model cannot train on, for instance because its prompt does not fit.
 */
public final class UnusableExampleException extends Exception {

  /**
   * @param reason one sentence for a person; never contains the example's text
   */
  public UnusableExampleException(String reason) {
    super(reason);
  }
}
