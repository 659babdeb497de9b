package dev.sluice.streams;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What makes two examples the same: adapter and id.
 *
 * <p>As bytes the two are joined by a NUL, which the schema keeps out of adapters' names.
 */
record ExampleKey(String adapter, String id) {

  private static final char SEPARATOR = '\0';

  static Serde<ExampleKey> serde() {
    StringSerializer to = new StringSerializer();
    StringDeserializer from = new StringDeserializer();
    return Serdes.serdeFrom(
        (topic, key) -> to.serialize(topic, key.adapter + SEPARATOR + key.id),
        (topic, bytes) -> split(from.deserialize(topic, bytes)));
  }

  private static ExampleKey split(String joined) {
    int separator = joined.indexOf(SEPARATOR);
    return new ExampleKey(joined.substring(0, separator), joined.substring(separator + 1));
  }
}
