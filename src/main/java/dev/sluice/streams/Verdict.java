package dev.sluice.streams;

import dev.sluice.serde.RejectionHeaders.Rejection;
import org.jspecify.annotations.Nullable;

/** What validation says of a record. */
sealed interface Verdict {

  /**
   * It is an example of a known adapter.
   *
   * @param json canonical version 1
   */
  @SuppressWarnings("ArrayRecordComponent") // a payload, handed over and not compared
  record Usable(ExampleKey key, byte[] json) implements Verdict {}

  /**
   * It is not.
   *
   * @param original the bytes as they came, or null if they are too many to copy
   */
  @SuppressWarnings("ArrayRecordComponent") // a payload, handed over and not compared
  record Unusable(Rejection rejection, byte @Nullable [] original) implements Verdict {}
}
