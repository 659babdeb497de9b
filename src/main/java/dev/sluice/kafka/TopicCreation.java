package dev.sluice.kafka;

/** What {@link TopicAdmin#create} did about one topic. */
public record TopicCreation(String topic, Outcome outcome) {

  /** A topic that exists is left as it is. */
  public enum Outcome {
    CREATED,
    EXISTS
  }
}
