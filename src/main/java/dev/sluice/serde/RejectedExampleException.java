package dev.sluice.serde;

/** A record that cannot become a training example. Costs no stack trace: bad input is no defect. */
public final class RejectedExampleException extends Exception {

  private final String reason;

  /**
   * @param reason one sentence for a person; never contains the example's text
   */
  public RejectedExampleException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
