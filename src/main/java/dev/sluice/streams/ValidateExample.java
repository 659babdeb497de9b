package dev.sluice.streams;

import dev.sluice.data.SourcePosition;
import dev.sluice.serde.ExampleJson;
import dev.sluice.serde.NormalisedExample;
import dev.sluice.serde.RejectedExampleException;
import dev.sluice.serde.RejectionHeaders;
import dev.sluice.serde.RejectionHeaders.Rejection;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a record is an example of a registered adapter.
 *
 * <p>All that can be rejected is rejected here, before the repartitioning: this is where the
 * original's key, headers and position are at hand.
 */
final class ValidateExample implements Processor<byte[], byte[], byte[], Verdict> {

  /**
   * The most that is copied to the rejected topic. A compressed batch may hold records above the
   * producer's and the broker's limit of about 1 MiB; to fail on one would stop the line.
   */
  static final int MAX_COPIED_BYTES = 900_000;

  private final ExampleJson json;
  private final ExampleJson.Defaults defaults;
  private final String registryStore;
  private final IngestListener listener;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private ProcessorContext<byte[], Verdict> context;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private AdapterRegistry registry;

  ValidateExample(IngestSettings settings, String registryStore, IngestListener listener) {
    this.json = new ExampleJson(settings.maxBytes());
    this.defaults = settings.defaults();
    this.registryStore = registryStore;
    this.listener = listener;
  }

  @Override
  public void init(ProcessorContext<byte[], Verdict> context) {
    this.context = context;
    this.registry = new AdapterRegistry(context.getStateStore(registryStore));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      NormalisedExample example = json.normalise(record.value(), defaults);
      String adapter = example.example().adapter();
      int partition = registry.partitionOf(adapter);
      // The sender's headers end here: they have no limit, and no part in training.
      context.forward(
          record
              .withHeaders(new RecordHeaders())
              .withValue(
                  new Verdict.Usable(
                      new ExampleKey(adapter, example.example().id()),
                      new RoutedExample(partition, example.json()))));
    } catch (RejectedExampleException e) {
      listener.rejected();
      reject(record, e.reason());
    }
  }

  private void reject(Record<byte[], byte[]> record, String reason) {
    if (size(record) > MAX_COPIED_BYTES) {
      Headers headers = new RecordHeaders();
      RejectionHeaders.write(
          headers,
          new Rejection(reason + "; too large to copy, so read it at its source", position()));
      forwardUnusable(record, null, null, headers);
    } else {
      Headers headers = new RecordHeaders(record.headers().toArray());
      RejectionHeaders.write(headers, new Rejection(reason, position()));
      forwardUnusable(record, record.key(), record.value(), headers);
    }
  }

  private void forwardUnusable(
      Record<byte[], byte[]> record,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {
    context.forward(new Record<>(key, new Verdict.Unusable(value), record.timestamp(), headers));
  }

  private SourcePosition position() {
    var origin =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a record of a source has a position"));
    return new SourcePosition(origin.topic(), origin.partition(), origin.offset());
  }

  private static long size(Record<byte[], byte[]> record) {
    long size = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      // at most 3 bytes of UTF-8 a char
      size += 3L * header.key().length() + length(header.value());
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
