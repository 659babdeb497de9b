package dev.sluice.streams;

import dev.sluice.data.LabelledExample;
import dev.sluice.data.SourcePosition;
import dev.sluice.serde.AdapterAssignment;
import dev.sluice.serde.ExampleJson;
import dev.sluice.serde.NormalisedExample;
import dev.sluice.serde.RejectedExampleException;
import dev.sluice.serde.RejectionHeaders.Rejection;
import dev.sluice.streams.IngestTopology.Settings;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** Reads a record as an example and looks up its adapter's partition. */
final class Validate implements Processor<byte[], byte[], byte[], Verdict> {

  /**
   * The most that is copied to the rejected topic: a compressed batch may hold records above a
   * producer's and a broker's limit of about 1 MiB, and failing on one would stop the line.
   */
  static final int MAX_COPIED_BYTES = 900_000;

  /** Long enough to recognise a name, too short to carry a text. */
  private static final int MAX_NAME = 100;

  private static final Pattern LEGAL_NAME = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_NAME + "}");

  private final ExampleJson json;
  private final ExampleJson.Defaults defaults;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private ProcessorContext<byte[], Verdict> context;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private TimestampedKeyValueStore<String, AdapterAssignment> adapters;

  Validate(Settings settings) {
    this.json = new ExampleJson(settings.maxExampleBytes());
    this.defaults =
        new ExampleJson.Defaults(
            settings.defaultAdapter(),
            LabelledExample.DEFAULT_TASK,
            LabelledExample.UNKNOWN_SOURCE);
  }

  @Override
  public void init(ProcessorContext<byte[], Verdict> newContext) {
    context = newContext;
    adapters = newContext.getStateStore(IngestTopology.ADAPTERS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      NormalisedExample normalised = json.normalise(record.value(), defaults);
      LabelledExample example = normalised.example();
      ExampleKey key =
          new ExampleKey(partition(example.adapter()), example.adapter(), example.id());
      // The sender's headers end here: they have no limit, and no part in training.
      context.forward(
          record
              .withHeaders(new RecordHeaders())
              .withValue(new Verdict.Usable(key, normalised.json())));
    } catch (RejectedExampleException e) {
      reject(record, e.reason());
    }
  }

  private void reject(Record<byte[], byte[]> record, String reason) {
    if (size(record) <= MAX_COPIED_BYTES) {
      context.forward(
          record.withValue(
              new Verdict.Unusable(new Rejection(reason, position()), record.value())));
      return;
    }
    Rejection atItsSource =
        new Rejection(reason + "; too large to copy, so read it at its source", position());
    context.forward(
        new Record<>(
            null,
            new Verdict.Unusable(atItsSource, null),
            record.timestamp(),
            new RecordHeaders()));
  }

  /** Names the remedy only if the name may be pasted into a shell. */
  private static String notRegistered(String adapter) {
    String name = adapter.length() > MAX_NAME ? adapter.substring(0, MAX_NAME) + "…" : adapter;
    String message = "adapter '%s' is not registered".formatted(name);
    return LEGAL_NAME.matcher(adapter).matches()
        ? message + "; run: sluice topics create --adapter " + adapter
        : message;
  }

  private static long size(Record<byte[], byte[]> record) {
    long size = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      size += 3L * header.key().length() + length(header.value()); // at most 3 bytes a char
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private int partition(String adapter) throws RejectedExampleException {
    @Nullable ValueAndTimestamp<AdapterAssignment> assignment = adapters.get(adapter);
    if (assignment == null) {
      throw new RejectedExampleException(notRegistered(adapter));
    }
    return assignment.value().partition();
  }

  private SourcePosition position() {
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a record of a topic has a position"));
    return new SourcePosition(
        Objects.requireNonNull(metadata.topic()), metadata.partition(), metadata.offset());
  }
}
