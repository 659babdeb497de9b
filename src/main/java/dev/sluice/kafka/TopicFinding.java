package dev.sluice.kafka;

/**
 * What {@link TopicAdmin#check} says of one subject.
 *
 * @param subject a topic's name, or {@link #BROKERS}
 * @param message what is found; unless {@link Severity#OK}, with its consequence and remedy
 */
public record TopicFinding(Severity severity, String subject, String message) {

  /** The subject of findings about the cluster. */
  public static final String BROKERS = "brokers";

  /** How bad it is: ERROR breaks a promise or a program, WARN can cost data or comfort later. */
  public enum Severity {
    OK,
    WARN,
    ERROR
  }

  static TopicFinding ok(String subject, String message) {
    return new TopicFinding(Severity.OK, subject, message);
  }

  static TopicFinding warn(String subject, String message) {
    return new TopicFinding(Severity.WARN, subject, message);
  }

  static TopicFinding error(String subject, String message) {
    return new TopicFinding(Severity.ERROR, subject, message);
  }
}
