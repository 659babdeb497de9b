package dev.sluice.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * What makes two records one example: adapter and id.
 *
 * @param partition the adapter's partition of the train topic, which never changes
 * @param adapter has no control character
 */
record ExampleKey(int partition, String adapter, String id) {

  private static final char SEPARATOR = '\u0000';

  /** Both ways, for the repartition topic. */
  static Serde<ExampleKey> serde() {
    return Serdes.serdeFrom(
        (topic, key) -> key == null ? null : key.text().getBytes(UTF_8),
        (topic, bytes) -> bytes == null ? null : parse(new String(bytes, UTF_8)));
  }

  /** The id alone, which is the key on the train topic. */
  static Serde<ExampleKey> idOnly() {
    Serializer<ExampleKey> serializer =
        (topic, key) -> key == null ? null : key.id().getBytes(UTF_8);
    return Serdes.serdeFrom(
        serializer,
        (topic, bytes) -> {
          throw new UnsupportedOperationException("an id alone does not name an adapter");
        });
  }

  /** One text for each key. */
  String text() {
    return partition + String.valueOf(SEPARATOR) + adapter + SEPARATOR + id;
  }

  private static ExampleKey parse(String text) {
    int first = text.indexOf(SEPARATOR);
    int second = text.indexOf(SEPARATOR, first + 1);
    return new ExampleKey(
        Integer.parseInt(text.substring(0, first)),
        text.substring(first + 1, second),
        text.substring(second + 1));
  }
}
