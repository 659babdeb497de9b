package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"v":1,"partition":3}}, version 1. Unknown fields are ignored, unknown versions refused
 * with a {@link SerializationException}. Thread-safe.
 */
public final class AdapterAssignmentSerde implements Serde<AdapterAssignment> {

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public Serializer<AdapterAssignment> serializer() {
    return (topic, assignment) -> write(assignment);
  }

  @Override
  public Deserializer<AdapterAssignment> deserializer() {
    return (topic, bytes) -> read(bytes);
  }

  private static byte[] write(AdapterAssignment assignment) {
    String json =
        JSON.createObjectNode()
            .put("v", VERSION)
            .put("partition", assignment.partition())
            .toString();
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static AdapterAssignment read(byte @Nullable [] bytes) {
    JsonNode json = parse(bytes);
    JsonNode version = json.path("v");
    if (version.asInt() != VERSION) {
      throw new SerializationException(
          "an adapter's assignment has version %s but this Sluice reads version %d; update it"
              .formatted(version, VERSION));
    }
    JsonNode partition = json.path("partition");
    if (!partition.isIntegralNumber() || !partition.canConvertToInt() || partition.asInt() < 0) {
      throw new SerializationException(
          "an adapter's partition must be a number of at least 0 but was " + partition);
    }
    return new AdapterAssignment(partition.asInt());
  }

  private static JsonNode parse(byte @Nullable [] bytes) {
    try {
      return JSON.readTree(bytes == null ? new byte[0] : bytes);
    } catch (JsonProcessingException e) {
      throw new SerializationException("an adapter's assignment is not JSON", e);
    } catch (IOException e) {
      throw new SerializationException("an adapter's assignment cannot be read", e);
    }
  }
}
