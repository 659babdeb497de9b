package dev.sluice.app.config;

import java.util.List;

/** All that is wrong with a configuration, reported together. */
public final class InvalidConfigurationException extends RuntimeException {

  private final List<String> problems;

  /**
   * @param problems one sentence each; not empty
   */
  public InvalidConfigurationException(List<String> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each. */
  public List<String> problems() {
    return problems;
  }

  private static String message(List<String> problems) {
    return problems.size() == 1
        ? problems.get(0)
        : "the configuration has %d problems:%n  %s"
            .formatted(problems.size(), String.join(System.lineSeparator() + "  ", problems));
  }
}
