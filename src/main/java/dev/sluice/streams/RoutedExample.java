package dev.sluice.streams;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * An example on its way to a partition of the train topic.
 *
 * @param partition its adapter's partition
 * @param json canonical version 1
 */
@SuppressWarnings("ArrayRecordComponent") // a payload, handed over and not compared
record RoutedExample(int partition, byte[] json) {

  /** For the repartition topic: the partition in four bytes, then the JSON. */
  static Serde<RoutedExample> serde() {
    return Serdes.serdeFrom(
        (topic, routed) ->
            ByteBuffer.allocate(Integer.BYTES + routed.json.length)
                .putInt(routed.partition)
                .put(routed.json)
                .array(),
        (topic, bytes) -> fromBytes(ByteBuffer.wrap(bytes)));
  }

  /** For the train topic: the JSON alone. */
  static Serializer<RoutedExample> jsonSerializer() {
    return (topic, routed) -> routed.json;
  }

  private static RoutedExample fromBytes(ByteBuffer bytes) {
    int partition = bytes.getInt();
    byte[] json = new byte[bytes.remaining()];
    bytes.get(json);
    return new RoutedExample(partition, json);
  }
}
