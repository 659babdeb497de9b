package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SourcePosition;
import dev.sluice.serde.RejectionHeaders.Rejection;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RejectedRecordTest {

  private static final Rejection REJECTION =
      new Rejection("has no label: größe", new SourcePosition("sluice.train", 3, 5_000_000_000L));

  @Test
  void readsBackWhatItWrites() {
    Headers headers = new RecordHeaders().add("trace", "t".getBytes(UTF_8));
    var rejected = new RejectedRecord("k".getBytes(UTF_8), "v".getBytes(UTF_8), headers, REJECTION);

    RejectedRecord read = read(rejected.toProducerRecord("sluice.rejected")).orElseThrow();

    assertArrayEquals("k".getBytes(UTF_8), read.key());
    assertArrayEquals("v".getBytes(UTF_8), read.value());
    assertEquals(headers, read.headers());
    assertEquals(REJECTION, read.rejection());
  }

  @Test
  void keepsAMissingKeyAndValue() {
    var rejected = new RejectedRecord(null, null, new RecordHeaders(), REJECTION);

    RejectedRecord read = read(rejected.toProducerRecord("sluice.rejected")).orElseThrow();

    assertNull(read.key());
    assertNull(read.value());
  }

  @Test
  void replacesTheHeadersOfAnEarlierRejection() {
    Headers headers = new RecordHeaders();
    RejectionHeaders.write(headers, new Rejection("old", new SourcePosition("t", 0, 0)));

    RejectionHeaders.write(headers, REJECTION);

    assertEquals(4, headers.toArray().length);
    assertEquals(Optional.of(REJECTION), RejectionHeaders.read(headers));
  }

  @Test
  void isEmptyWhereHeadersAreMissingOrNoNumbers() {
    Headers headers = new RecordHeaders();
    assertEquals(Optional.empty(), RejectionHeaders.read(headers));

    RejectionHeaders.write(headers, REJECTION);
    headers.remove(RejectionHeaders.OFFSET);
    assertEquals(Optional.empty(), RejectionHeaders.read(headers));

    headers.add(RejectionHeaders.OFFSET, "five".getBytes(UTF_8));
    assertEquals(Optional.empty(), RejectionHeaders.read(headers));
  }

  @Test
  void keepsTheSendersDataOutOfItsString() {
    Headers headers = new RecordHeaders().add("client", "secret".getBytes(UTF_8));
    var rejected =
        new RejectedRecord("secret".getBytes(UTF_8), "secret".getBytes(UTF_8), headers, REJECTION);

    assertEquals(
        "RejectedRecord[sluice.train-3@5000000000: has no label: größe]", rejected.toString());
    assertTrue(REJECTION.toString().contains("has no label"));
  }

  private static Optional<RejectedRecord> read(ProducerRecord<byte[], byte[]> sent) {
    byte @Nullable [] key = sent.key();
    byte @Nullable [] value = sent.value();
    return RejectedRecord.read(
        new ConsumerRecord<>(
            sent.topic(),
            0,
            17L,
            0L,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            sent.headers(),
            Optional.empty()));
  }
}
