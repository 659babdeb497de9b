package dev.sluice.train;

import java.time.Duration;
import java.util.List;

/** Hears what the trainer does, on the trainer's thread: metrics, health, the demo's live line. */
public interface TrainingListener {

  /** The newest checkpoint is restored and the partition assigned: training can begin. */
  default void ready(long step) {}

  /** The loop went round once, with work or without. */
  default void turned() {}

  default void stepped(StepOutcome outcome) {}

  /** A gradient norm has left its usual range: once for as long as it stays away. */
  default void alerted(GradientAlert alert) {}

  /** An example on the train topic could not be used. */
  default void rejected() {}

  /**
   * A checkpoint's snapshot was taken; it is published while training goes on.
   *
   * @param version that it will be
   * @param stall how long training stood still for it
   */
  default void snapshotTaken(long version, Duration stall) {}

  /**
   * A checkpoint was committed; told between the steps that were taken meanwhile.
   *
   * @param bytes of all its files
   * @param time from the snapshot to the end of the transaction
   */
  default void checkpointed(long version, long bytes, Duration time) {}

  /** Tells all of them, in order. */
  static TrainingListener all(List<TrainingListener> listeners) {
    List<TrainingListener> copy = List.copyOf(listeners);
    return new TrainingListener() {
      @Override
      public void ready(long step) {
        copy.forEach(l -> l.ready(step));
      }

      @Override
      public void turned() {
        copy.forEach(TrainingListener::turned);
      }

      @Override
      public void stepped(StepOutcome outcome) {
        copy.forEach(l -> l.stepped(outcome));
      }

      @Override
      public void alerted(GradientAlert alert) {
        copy.forEach(l -> l.alerted(alert));
      }

      @Override
      public void rejected() {
        copy.forEach(TrainingListener::rejected);
      }

      @Override
      public void snapshotTaken(long version, Duration stall) {
        copy.forEach(l -> l.snapshotTaken(version, stall));
      }

      @Override
      public void checkpointed(long version, long bytes, Duration time) {
        copy.forEach(l -> l.checkpointed(version, bytes, time));
      }
    };
  }
}
