package dev.sluice.streams;

import dev.sluice.data.SluiceException;
import dev.sluice.serde.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the ingest topology, exactly once. Thread-safe. */
public final class IngestApp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IngestApp.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final KafkaStreams streams;
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The last one, kept for the case that no new thread makes it good. */
  private volatile @Nullable Throwable failure;

  /**
   * Not started yet.
   *
   * @param client what all clients share: {@code bootstrap.servers} and security
   * @param stateDirectory for the ids that were seen; lost state is rebuilt from Kafka
   */
  public IngestApp(
      Map<String, Object> client,
      TopicNames topics,
      IngestTopology.Settings settings,
      Path stateDirectory,
      IngestListener listener) {
    streams =
        new KafkaStreams(
            IngestTopology.build(topics, settings, listener),
            properties(client, topics, stateDirectory));
    streams.setStateListener(
        (state, before) -> {
          LOG.atInfo().addKeyValue("state", state).log("Ingest");
          if (state == KafkaStreams.State.RUNNING) {
            running.countDown();
          }
          if (state == KafkaStreams.State.ERROR || state == KafkaStreams.State.NOT_RUNNING) {
            running.countDown();
            ended.countDown();
          }
        });
    streams.setUncaughtExceptionHandler(this::onFailure);
  }

  /**
   * Begins; examples flow a moment later.
   *
   * @throws SluiceException if it cannot, because a topic is missing, say
   */
  public void start() {
    try {
      streams.start();
    } catch (StreamsException e) {
      throw new SluiceException(
          "ingest cannot start: %s; run: sluice topics check".formatted(e.getMessage()), e);
    }
  }

  /**
   * Waits until examples flow.
   *
   * @throws SluiceException if they do not within {@code timeout}
   */
  public void awaitRunning(Duration timeout) throws InterruptedException {
    boolean inTime = running.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (hasEnded()) {
      Throwable cause = failure().orElseGet(() -> new IllegalStateException("it was closed"));
      throw new SluiceException("ingest failed: " + cause.getMessage(), cause);
    }
    if (!inTime) {
      throw new SluiceException(
          "ingest was not running within %d s; are the topics there? run: sluice topics check"
              .formatted(timeout.toSeconds()));
    }
  }

  /** Whether examples flow, or will after a rebalance. */
  public boolean isRunning() {
    return streams.state().isRunningOrRebalancing();
  }

  /** Whether it has ended, by {@link #close} or by a failure. */
  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** What ended it; a failure that a new thread made good is none. */
  public Optional<Throwable> failure() {
    return hasEnded() ? Optional.ofNullable(failure) : Optional.empty();
  }

  /** For binding meters. */
  public KafkaStreams streams() {
    return streams;
  }

  @Override
  public void close() {
    // Leaving the group at once: otherwise the next start waits for this one's session to end, 45
    // s.
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }

  private StreamThreadExceptionResponse onFailure(Throwable thrown) {
    failure = reason(thrown);
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof RetriableException) {
        LOG.atWarn().setCause(thrown).log("Ingest thread failed and is replaced");
        return StreamThreadExceptionResponse.REPLACE_THREAD;
      }
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** What failed, without Streams' exceptions around it, which tell only where. */
  private static Throwable reason(Throwable thrown) {
    Throwable reason = thrown;
    while (reason instanceof StreamsException && reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason;
  }

  static Properties properties(Map<String, Object> client, TopicNames topics, Path stateDirectory) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.prefix() + ".ingest");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    // A label waits at most this long for its commit before the trainer may see it.
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4 << 20);
    // What Kafka 5 does anyway; the constant is deprecated for that reason, the warning is not.
    properties.put("processing.exception.handler.global.enabled", true);
    // Records are read as bytes and cannot fail here; if they do, it must not stop the line.
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    return properties;
  }
}
