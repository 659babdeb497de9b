package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.serde.StepFigures;
import dev.sluice.serde.TopicNames;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** The records of steps, as far as they are still on their topic. Thread-safe. */
public final class StepLog {

  private final Map<String, Object> client;
  private final TopicNames topics;

  public StepLog(Map<String, Object> client, TopicNames topics) {
    this.client = Map.copyOf(client);
    this.topics = topics;
  }

  /**
   * The figures of a version's steps, by step: those of the attempt that committed it, as others'
   * came to nothing. Reads the adapter's whole partition.
   */
  public Map<Long, StepFigures> of(Manifest manifest) {
    Map<Long, StepFigures> steps = new TreeMap<>();
    TopicPartition partition = new TopicPartition(topics.steps(), manifest.partition());
    try (CommittedReader reader = new CommittedReader(client, partition)) {
      reader.readToEnd(
          row -> {
            StepFigures figures = StepFigures.read(row.value());
            if (figures.attempt() == manifest.attempt()) {
              steps.put(figures.step(), figures);
            }
          });
    }
    manifest.steps().stream()
        .mapToLong(Manifest.StepSpan::step)
        .min()
        .ifPresent(
            first -> steps.keySet().removeIf(step -> step < first || step > manifest.step()));
    return steps;
  }
}
