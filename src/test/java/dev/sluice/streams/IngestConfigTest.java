package dev.sluice.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.serde.TopicNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class IngestConfigTest {

  private final Map<String, String> client =
      Map.of("bootstrap.servers", "broker:9092", "processing.guarantee", "at_least_once");

  private final Properties config =
      IngestConfig.streams(new TopicNames("acme"), client, Path.of("state"));

  @Test
  void isExactlyOnceWhateverTheClientSays() {
    StreamsConfig read = new StreamsConfig(config);

    assertEquals("exactly_once_v2", read.getString("processing.guarantee"));
    assertEquals("acme.ingest", read.getString("application.id"));
    assertEquals("state", read.getString("state.dir"));
    assertEquals(List.of("broker:9092"), read.getList("bootstrap.servers"));
  }

  @Test
  void namesOnlySettingsThatStreamsKnows() {
    config.keySet().forEach(key -> assertTrue(StreamsConfig.configDef().names().contains(key)));
  }
}
