package dev.sluice.streams;

import dev.sluice.serde.RejectionHeaders;
import dev.sluice.streams.Verdict.Unusable;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Restores a record's original bytes and says in its headers why it was rejected. */
final class Reject implements FixedKeyProcessor<byte[], Verdict, byte[]> {

  private final IngestListener listener;

  @SuppressWarnings("NullAway.Init") // set by init, which Streams calls first
  private FixedKeyProcessorContext<byte[], byte[]> context;

  Reject(IngestListener listener) {
    this.listener = listener;
  }

  @Override
  public void init(FixedKeyProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
  }

  @Override
  public void process(FixedKeyRecord<byte[], Verdict> record) {
    Unusable unusable = (Unusable) record.value();
    RejectionHeaders.write(record.headers(), unusable.rejection());
    listener.rejected();
    context.forward(record.withValue(unusable.original()));
  }
}
