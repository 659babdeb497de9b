package dev.sluice.train;

/**
 * The norm of ∇B, over all modules, has left its usual range.
 *
 * @param step the step that it was seen at
 * @param norm of that step
 * @param median of the steps before
 */
public record GradientAlert(Kind kind, long step, double norm, double median) {

  /** Which way it left. */
  public enum Kind {
    COLLAPSE("gradient-collapse"),
    EXPLOSION("gradient-explosion");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    /** The name on topics and in metrics. */
    public String type() {
      return type;
    }
  }
}
