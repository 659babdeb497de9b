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
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** Reads a record as an example and looks up its adapter's partition. */
final class Validate implements FixedKeyProcessor<byte[], byte[], Verdict> {

  /**
   * The most that is copied to the rejected topic: a compressed batch may hold records above a
   * producer's and a broker's limit of about 1 MiB, and failing on one would stop the line.
   */
  static final int MAX_COPIED_BYTES = 900_000;

  /** Long enough to recognise a name, too short to carry a text. */
  private static final int MAX_NAME = 100;

  private final ExampleJson json;
  private final ExampleJson.Defaults defaults;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private FixedKeyProcessorContext<byte[], Verdict> context;

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
  public void init(FixedKeyProcessorContext<byte[], Verdict> newContext) {
    context = newContext;
    adapters = newContext.getStateStore(IngestTopology.ADAPTERS);
  }

  @Override
  public void process(FixedKeyRecord<byte[], byte[]> record) {
    Verdict verdict = verdict(record.value());
    context.forward(
        verdict instanceof Verdict.Usable
            // The sender's headers end here: they have no limit, and no part in training.
            ? record.withHeaders(new RecordHeaders()).withValue(verdict)
            : record.withValue(verdict));
  }

  private Verdict verdict(byte @Nullable [] value) {
    try {
      NormalisedExample normalised = json.normalise(value, defaults);
      LabelledExample example = normalised.example();
      int partition = partition(example.adapter());
      return new Verdict.Usable(
          new ExampleKey(partition, example.adapter(), example.id()), normalised.json());
    } catch (RejectedExampleException e) {
      return unusable(e.reason(), value);
    }
  }

  private Verdict unusable(String reason, byte @Nullable [] value) {
    return value == null || value.length <= MAX_COPIED_BYTES
        ? new Verdict.Unusable(new Rejection(reason, position()), value)
        : new Verdict.Unusable(
            new Rejection(reason + "; too large to copy, so read it at its source", position()),
            null);
  }

  private int partition(String adapter) throws RejectedExampleException {
    @Nullable ValueAndTimestamp<AdapterAssignment> assignment = adapters.get(adapter);
    if (assignment == null) {
      String name = adapter.length() > MAX_NAME ? adapter.substring(0, MAX_NAME) + "…" : adapter;
      throw new RejectedExampleException(
          "adapter '%s' is not registered; run: sluice topics create --adapter NAME"
              .formatted(name));
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
