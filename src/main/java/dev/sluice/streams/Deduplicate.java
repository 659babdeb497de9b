package dev.sluice.streams;

import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Lets the first example of a key through and drops its repetitions within a window.
 *
 * <p>The clock is the record's timestamp, which the broker set when it appended the example: one
 * example dated into the future does not end the window of all others.
 */
final class Deduplicate implements FixedKeyProcessor<ExampleKey, byte[], byte[]> {

  static final String STORE = "seen";

  private static final byte[] PRESENT = {1};

  private final long windowMillis;
  private final IngestListener listener;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private FixedKeyProcessorContext<ExampleKey, byte[]> context;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private WindowStore<String, byte[]> seen;

  private Deduplicate(Duration window, IngestListener listener) {
    this.windowMillis = window.toMillis();
    this.listener = listener;
  }

  /** With its store attached. */
  static FixedKeyProcessorSupplier<ExampleKey, byte[], byte[]> supplier(
      Duration window, IngestListener listener) {
    return new FixedKeyProcessorSupplier<>() {
      @Override
      public FixedKeyProcessor<ExampleKey, byte[], byte[]> get() {
        return new Deduplicate(window, listener);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.windowStoreBuilder(
                // Kept for two windows: a partition that lags by one still finds what came before.
                Stores.persistentWindowStore(STORE, window.multipliedBy(2), window, false),
                Serdes.String(),
                Serdes.ByteArray()));
      }
    };
  }

  @Override
  public void init(FixedKeyProcessorContext<ExampleKey, byte[]> newContext) {
    context = newContext;
    seen = newContext.getStateStore(STORE);
  }

  @Override
  public void process(FixedKeyRecord<ExampleKey, byte[]> record) {
    String key = record.key().text();
    long time = record.timestamp();
    if (isSeen(key, time)) {
      listener.duplicate();
      return;
    }
    seen.put(key, PRESENT, time);
    listener.accepted();
    context.forward(record);
  }

  /** Also looks ahead: records of several partitions meet here out of order. */
  private boolean isSeen(String key, long time) {
    try (WindowStoreIterator<byte[]> times =
        seen.fetch(key, Math.max(0, time - windowMillis), time + windowMillis)) {
      return times.hasNext();
    }
  }
}
