package dev.sluice.serde;

import dev.sluice.serde.RejectionHeaders.Rejection;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record on the rejected topic: an original as it was sent, and why it could not be used.
 *
 * @param key the original's key
 * @param value the original's bytes
 * @param headers the original's own headers, without those of the rejection
 */
@SuppressWarnings("ArrayRecordComponent") // a payload, handed over and not compared
public record RejectedRecord(
    byte @Nullable [] key, byte @Nullable [] value, Headers headers, Rejection rejection) {

  /** Empty if the record does not carry the headers of a rejection. */
  public static Optional<RejectedRecord> read(ConsumerRecord<byte[], byte[]> record) {
    Headers own = new RecordHeaders(record.headers().toArray());
    RejectionHeaders.remove(own);
    return RejectionHeaders.read(record.headers())
        .map(rejection -> new RejectedRecord(record.key(), record.value(), own, rejection));
  }

  public ProducerRecord<byte[], byte[]> toProducerRecord(String topic) {
    Headers all = new RecordHeaders(headers.toArray());
    RejectionHeaders.write(all, rejection);
    return new ProducerRecord<>(topic, null, key, value, all);
  }

  /** The reason and the position only: key, value and headers are the sender's data. */
  @Override
  public String toString() {
    return "RejectedRecord[" + rejection.source() + ": " + rejection.reason() + "]";
  }
}
