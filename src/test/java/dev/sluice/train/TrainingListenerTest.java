package dev.sluice.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {

  @Test
  void everyListenerHearsEverythingInOrder() {
    List<String> heard = new ArrayList<>();
    TrainingListener all =
        TrainingListener.all(List.of(recording("1", heard), recording("2", heard)));
    all.ready(7);
    all.turned();
    all.stepped(new StepOutcome.Applied(StepReports.of(8, 1.5)));
    all.alerted(new GradientAlert(GradientAlert.Kind.COLLAPSE, 8, 0.1, 2));
    all.rejected();
    all.snapshotTaken(3, Duration.ofMillis(2));
    all.checkpointed(3, 1000, Duration.ofMillis(20));
    assertEquals(
        List.of(
            "1 ready 7",
            "2 ready 7",
            "1 turned",
            "2 turned",
            "1 stepped 8",
            "2 stepped 8",
            "1 alerted COLLAPSE",
            "2 alerted COLLAPSE",
            "1 rejected",
            "2 rejected",
            "1 snapshot 3 PT0.002S",
            "2 snapshot 3 PT0.002S",
            "1 checkpointed 3 1000 PT0.02S",
            "2 checkpointed 3 1000 PT0.02S"),
        heard);
  }

  private static TrainingListener recording(String name, List<String> heard) {
    return new TrainingListener() {
      @Override
      public void ready(long step) {
        heard.add(name + " ready " + step);
      }

      @Override
      public void turned() {
        heard.add(name + " turned");
      }

      @Override
      public void stepped(StepOutcome outcome) {
        heard.add(name + " stepped " + outcome.report().step());
      }

      @Override
      public void alerted(GradientAlert alert) {
        heard.add(name + " alerted " + alert.kind());
      }

      @Override
      public void rejected() {
        heard.add(name + " rejected");
      }

      @Override
      public void snapshotTaken(long version, Duration stall) {
        heard.add(name + " snapshot " + version + " " + stall);
      }

      @Override
      public void checkpointed(long version, long bytes, Duration time) {
        heard.add(name + " checkpointed " + version + " " + bytes + " " + time);
      }
    };
  }
}
