package dev.sluice.evaluate;

/**
 * How often the adapter was right on a task.
 *
 * @param examples examples counted
 * @param correct those whose every target token was right
 * @param commonestLabel how many of the examples had the commonest label: what always answering
 *     that label would have scored
 */
public record TaskAccuracy(int examples, int correct, int commonestLabel) {

  /** Share of right examples, 0 to 1; 0 without examples. */
  public double accuracy() {
    return examples == 0 ? 0 : (double) correct / examples;
  }

  /** Share of the commonest label, 0 to 1; 0 without examples. */
  public double commonestLabelShare() {
    return examples == 0 ? 0 : (double) commonestLabel / examples;
  }
}
