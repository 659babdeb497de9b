package dev.sluice.evaluate;

import dev.sluice.train.ExampleScore;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Prequential accuracy by task: every example is a test before it is training, and the newest
 * examples of each task count (Gama, Sebastião, Rodrigues 2013, "On evaluating stream learning
 * algorithms"). Not thread-safe.
 */
public final class Prequential {

  private final int window;
  private final SortedMap<String, ArrayDeque<ExampleScore>> recent = new TreeMap<>();

  /**
   * @param window how many examples of a task count
   */
  public Prequential(int window) {
    if (window < 1) {
      throw new IllegalArgumentException("window must be at least 1 but was " + window);
    }
    this.window = window;
  }

  public void add(Collection<ExampleScore> scores) {
    for (ExampleScore score : scores) {
      ArrayDeque<ExampleScore> ofTask =
          recent.computeIfAbsent(score.task(), task -> new ArrayDeque<>());
      ofTask.addLast(score);
      if (ofTask.size() > window) {
        ofTask.removeFirst();
      }
    }
  }

  /** By task, over the window. */
  public SortedMap<String, TaskAccuracy> byTask() {
    SortedMap<String, TaskAccuracy> accuracies = new TreeMap<>();
    recent.forEach((task, scores) -> accuracies.put(task, of(scores)));
    return accuracies;
  }

  /** The accuracy over some scores, whatever their task. */
  public static TaskAccuracy of(Collection<ExampleScore> scores) {
    Map<Integer, Integer> labels = new HashMap<>();
    int correct = 0;
    int commonest = 0;
    for (ExampleScore score : scores) {
      correct += score.correct() ? 1 : 0;
      commonest = Math.max(commonest, labels.merge(score.labelHash(), 1, Integer::sum));
    }
    return new TaskAccuracy(scores.size(), correct, commonest);
  }
}
