package dev.sluice.serde;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdapterAssignmentSerdeTest {

  private final AdapterAssignmentSerde serde = new AdapterAssignmentSerde();

  @Test
  void writesVersionOne() {
    byte[] bytes = serde.serializer().serialize("topic", new AdapterAssignment(3));

    assertEquals("{\"v\":1,\"partition\":3}", new String(bytes, UTF_8));
  }

  @Test
  void readsWhatItWrote() {
    var assignment = new AdapterAssignment(15);

    assertEquals(assignment, read(new String(write(assignment), UTF_8)));
  }

  @Test
  void ignoresFieldsOfLaterWriters() {
    assertEquals(new AdapterAssignment(2), read("{\"v\":1,\"partition\":2,\"note\":\"new\"}"));
  }

  @Test
  void refusesAVersionThatItDoesNotKnow() {
    var failure =
        assertThrows(SerializationException.class, () -> read("{\"v\":2,\"partition\":2}"));

    assertSays("version 2", failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "[]",
        "{\"v\":1}",
        "{\"v\":1,\"partition\":-1}",
        "{\"v\":1,\"partition\":\"3\"}",
        "{\"v\":1,\"partition\":1.5}",
        "{\"v\":1,\"partition\":3000000000}"
      })
  void refusesWhatIsNoAssignment(String value) {
    assertThrows(SerializationException.class, () -> read(value));
  }

  private byte[] write(AdapterAssignment assignment) {
    return serde.serializer().serialize("topic", assignment);
  }

  private AdapterAssignment read(String value) {
    return serde.deserializer().deserialize("topic", value.getBytes(UTF_8));
  }
}
