package dev.sluice.app;

import dev.sluice.evaluate.Prequential;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a demo came to.
 *
 * @param sent records that the feed sent
 * @param rejected by ingest and trainer together, counted on the topic
 * @param duplicates dropped by ingest
 * @param scores of all examples, in the order of training
 * @param norms of the last step
 * @param training from the first record sent to the last example trained
 * @param adapter where the newest version lies
 * @param sha256 of its weights, as the manifest says
 */
record DemoReport(
    long steps,
    long skippedSteps,
    long sent,
    long rejected,
    long duplicates,
    List<ExampleScore> scores,
    GradientNorms norms,
    double lastLossNats,
    long versions,
    String newest,
    Duration training,
    Duration total,
    Path adapter,
    String sha256) {

  /** How many examples stand at the beginning and at the end of a comparison. */
  static final int WINDOW = 100;

  /** Accuracy at the beginning and at the end. */
  record Progress(TaskAccuracy first, TaskAccuracy last, TaskAccuracy all) {
    static Progress of(List<ExampleScore> scores) {
      int window = Math.min(WINDOW, scores.size());
      return new Progress(
          Prequential.of(scores.subList(0, window)),
          Prequential.of(scores.subList(scores.size() - window, scores.size())),
          Prequential.of(scores));
    }
  }

  public DemoReport {
    scores = List.copyOf(scores);
  }

  /** Over the first and last examples, whatever their task. */
  Progress overall() {
    return Progress.of(scores);
  }

  /** Over the first and last examples of each task. */
  SortedMap<String, Progress> byTask() {
    SortedMap<String, Progress> progress = new TreeMap<>();
    scores.stream()
        .collect(Collectors.groupingBy(ExampleScore::task))
        .forEach((task, ofTask) -> progress.put(task, Progress.of(ofTask)));
    return progress;
  }

  double examplesPerSecond() {
    return scores.size() / (training.toMillis() / 1e3);
  }
}
