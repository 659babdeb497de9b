package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.app.DemoReport.Progress;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoReportTest {

  @Test
  void comparesTheFirstHundredExamplesWithTheLastHundred() {
    List<ExampleScore> scores = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      scores.add(new ExampleScore("entity", i >= 150, 1));
    }
    Progress progress = report(scores).overall();
    assertEquals(new TaskAccuracy(100, 0, 100), progress.first());
    assertEquals(new TaskAccuracy(100, 100, 100), progress.last());
    assertEquals(new TaskAccuracy(250, 100, 250), progress.all());
  }

  @Test
  void aShortDemoComparesWhatThereIs() {
    Progress progress = report(List.of(new ExampleScore("tag", true, 1))).overall();
    assertEquals(new TaskAccuracy(1, 1, 1), progress.first());
    assertEquals(progress.first(), progress.last());
    assertEquals(0, report(List.of()).overall().all().examples());
  }

  @Test
  void tasksAreComparedEachByItself() {
    DemoReport report =
        report(
            List.of(
                new ExampleScore("tag", false, 1),
                new ExampleScore("entity", true, 1),
                new ExampleScore("tag", true, 2)));
    assertEquals(Set.of("entity", "tag"), report.byTask().keySet());
    assertEquals(new TaskAccuracy(2, 1, 1), report.byTask().get("tag").all());
  }

  @Test
  void examplesPerSecondAreThoseOfTheTrainingTime() {
    assertEquals(
        1.5,
        report(
                List.of(
                    new ExampleScore("tag", true, 1),
                    new ExampleScore("tag", true, 1),
                    new ExampleScore("tag", true, 1)))
            .examplesPerSecond());
  }

  private static DemoReport report(List<ExampleScore> scores) {
    return new DemoReport(
        10,
        0,
        scores.size(),
        0,
        0,
        scores,
        new GradientNorms(1, List.of()),
        0.5,
        2,
        "default@2",
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Path.of("out"),
        "ab".repeat(32));
  }
}
