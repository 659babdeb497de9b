package dev.sluice.streams;

/** Hears what ingest decides, on Streams' threads. */
public interface IngestListener {

  /** For an ingest that nobody counts. */
  IngestListener NONE = new IngestListener() {};

  /** An example goes to the train topic. */
  default void accepted() {}

  /** An example is dropped: its id was accepted within the dedupe window. */
  default void duplicate() {}

  /** A record goes to the rejected topic. */
  default void rejected() {}
}
