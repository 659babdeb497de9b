package dev.sluice.streams;

/**
 * Told what became of each example, for metrics. Called on the Streams thread, before the
 * transaction commits: work that is done again after a failure is told again.
 */
public interface IngestListener {

  IngestListener NONE = new IngestListener() {};

  /** Sent on to the train topic. */
  default void accepted() {}

  /** Dropped, because its id was accepted before. */
  default void duplicate() {}

  /** Sent to the rejected topic. */
  default void rejected() {}
}
