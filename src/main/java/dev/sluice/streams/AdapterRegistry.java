package dev.sluice.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.serde.RejectedExampleException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/** Looks up adapters' partitions in the global store of the adapters topic. */
final class AdapterRegistry {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final int MAX_NAME_SHOWN = 100;

  // Only such a name goes into a command that somebody may paste into a shell.
  private static final Pattern PLAIN_NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,%d}".formatted(MAX_NAME_SHOWN - 1));

  private final ReadOnlyKeyValueStore<String, ValueAndTimestamp<byte[]>> store;

  AdapterRegistry(ReadOnlyKeyValueStore<String, ValueAndTimestamp<byte[]>> store) {
    this.store = store;
  }

  /**
   * @throws RejectedExampleException if the adapter is not registered or its record is unreadable
   */
  int partitionOf(String adapter) throws RejectedExampleException {
    @Nullable ValueAndTimestamp<byte[]> registered = store.get(adapter);
    if (registered == null) {
      throw new RejectedExampleException(notRegistered(adapter));
    }
    int partition = readPartition(registered.value());
    if (partition < 0) {
      throw new RejectedExampleException(
          "adapter '" + shown(adapter) + "' has an unreadable record in the registry of adapters");
    }
    return partition;
  }

  private static int readPartition(byte[] value) {
    try {
      JsonNode record = JSON.readTree(value);
      boolean readable = record.path("v").asInt() == 1 && record.path("partition").isInt();
      return readable ? record.path("partition").intValue() : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private static String notRegistered(String adapter) {
    String reason = "adapter '" + shown(adapter) + "' is not registered";
    return PLAIN_NAME.matcher(adapter).matches()
        ? reason + "; run: sluice topics create --adapter " + adapter
        : reason;
  }

  private static String shown(String adapter) {
    return adapter.length() <= MAX_NAME_SHOWN
        ? adapter
        : adapter.substring(0, MAX_NAME_SHOWN) + "…";
  }
}
