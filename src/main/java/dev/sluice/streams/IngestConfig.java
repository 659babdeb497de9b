package dev.sluice.streams;

import dev.sluice.serde.TopicNames;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/** The configuration that ingest's promises rest on. */
public final class IngestConfig {

  private static final int CACHE_BYTES = 1_000_000;

  private IngestConfig() {}

  /**
   * @param client bootstrap servers, security and the like; what is set here wins over it
   * @param stateDir where Streams keeps the ids that were accepted
   */
  public static Properties streams(TopicNames topics, Map<String, ?> client, Path stateDir) {
    Properties config = new Properties();
    config.putAll(client);
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.prefix() + ".ingest");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1); // the broker's default
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
    config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // As Kafka 5 will do by itself; its constant is deprecated already, and leaving it out warns.
    config.put("processing.exception.handler.global.enabled", true);
    // Feeds' records are read as bytes and cannot fail here; a defect must not stop the line.
    config.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    return config;
  }
}
