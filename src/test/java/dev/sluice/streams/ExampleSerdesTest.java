package dev.sluice.streams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ExampleSerdesTest {

  @Test
  void readsBackAKeyWhoseIdHasTheSeparator() {
    ExampleKey key = new ExampleKey("risk", "a\0b\0");
    try (var serde = ExampleKey.serde()) {
      byte[] bytes = serde.serializer().serialize("topic", key);

      assertEquals(key, serde.deserializer().deserialize("topic", bytes));
    }
  }

  @Test
  void readsBackARoutedExample() {
    byte[] json = {'{', '}'};
    try (var serde = RoutedExample.serde()) {
      byte[] bytes = serde.serializer().serialize("topic", new RoutedExample(70_000, json));
      RoutedExample read = serde.deserializer().deserialize("topic", bytes);

      assertEquals(70_000, read.partition());
      assertArrayEquals(json, read.json());
    }
  }

  @Test
  void sendsTheJsonAloneToTheTrainTopic() {
    byte[] json = {'{', '}'};
    try (var serializer = RoutedExample.jsonSerializer()) {
      assertArrayEquals(json, serializer.serialize("topic", new RoutedExample(1, json)));
    }
  }
}
