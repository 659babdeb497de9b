package dev.sluice.streams;

import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/** What {@link ValidateExample} makes of a record. */
sealed interface Verdict {

  /** To be trained on unless it is a duplicate. */
  record Usable(ExampleKey key, RoutedExample example) implements Verdict {

    KeyValue<ExampleKey, RoutedExample> keyed() {
      return KeyValue.pair(key, example);
    }
  }

  /** To be rejected; the reason is in the record's headers already. */
  @SuppressWarnings("ArrayRecordComponent") // a payload, handed over and not compared
  record Unusable(byte @Nullable [] original) implements Verdict {}
}
