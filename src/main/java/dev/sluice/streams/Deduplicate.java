package dev.sluice.streams;

import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Lets the first example of each adapter and id pass and drops the others, for the length of a
 * window counted from the first one.
 *
 * <p>Time is the record's timestamp, which on the examples topic is the broker's (LogAppendTime):
 * times in the payload have no say, so a future-dated example cannot end the window of the others.
 * Partitions may be read at different speeds, so the window reaches both ways, and ids are kept for
 * two windows: one that lags by up to a window still finds what came before it.
 */
final class Deduplicate implements Processor<ExampleKey, RoutedExample, String, RoutedExample> {

  private static final byte[] PRESENT = {};

  private final String store;
  private final long windowMillis;
  private final IngestListener listener;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private ProcessorContext<String, RoutedExample> context;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private WindowStore<ExampleKey, byte[]> accepted;

  private Deduplicate(String store, Duration window, IngestListener listener) {
    this.store = store;
    this.windowMillis = window.toMillis();
    this.listener = listener;
  }

  /**
   * @param store the name of the state store that it brings along
   */
  static ProcessorSupplier<ExampleKey, RoutedExample, String, RoutedExample> supplier(
      String store, Duration window, IngestListener listener) {
    StoreBuilder<?> accepted =
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(store, window.multipliedBy(2), window, false),
            ExampleKey.serde(),
            Serdes.ByteArray());
    return new ProcessorSupplier<>() {
      @Override
      public Deduplicate get() {
        return new Deduplicate(store, window, listener);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(accepted);
      }
    };
  }

  @Override
  public void init(ProcessorContext<String, RoutedExample> context) {
    this.context = context;
    this.accepted = context.getStateStore(store);
  }

  @Override
  public void process(Record<ExampleKey, RoutedExample> record) {
    if (isDuplicate(record.key(), record.timestamp())) {
      listener.duplicate();
      return;
    }
    accepted.put(record.key(), PRESENT, record.timestamp());
    listener.accepted();
    context.forward(record.withKey(record.key().id()));
  }

  private boolean isDuplicate(ExampleKey key, long timestamp) {
    long from = Math.max(0, timestamp - windowMillis);
    try (WindowStoreIterator<byte[]> found = accepted.fetch(key, from, timestamp + windowMillis)) {
      return found.hasNext();
    }
  }
}
