package dev.sluice.streams;

import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the ingest topology.
 *
 * <ol>
 *   <li>{@link #start} reads the registry of adapters, then starts the Streams thread.
 *   <li>{@link #awaitRunning} returns when partitions are assigned and state is restored.
 *   <li>An error that may pass costs a thread, which is replaced; any other ends the run, and
 *       {@link #failure} then has it.
 *   <li>{@link #close} commits and leaves the group.
 * </ol>
 *
 * <p>All methods may be called from any thread.
 */
public final class IngestApp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IngestApp.class);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final UncaughtErrors errors = new UncaughtErrors();
  private final CountDownLatch ranOrEnded = new CountDownLatch(1);
  private final KafkaStreams streams;

  /**
   * @param config of {@link IngestConfig#streams}
   */
  public IngestApp(Topology topology, Properties config) {
    streams = new KafkaStreams(topology, config);
    streams.setUncaughtExceptionHandler(errors);
    streams.setStateListener(this::stateChanged);
  }

  /**
   * Waits for the broker and the registry of adapters, then returns while the rest starts.
   *
   * @throws org.apache.kafka.streams.errors.StreamsException if the adapters topic does not exist
   */
  public void start() {
    streams.start();
  }

  public boolean running() {
    return streams.state() == State.RUNNING;
  }

  /** Waits until it runs for the first time or ends; false if it does not run then. */
  public boolean awaitRunning(Duration timeout) throws InterruptedException {
    return ranOrEnded.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && running();
  }

  /** What ended the run; empty while it goes on and after an orderly close. */
  public Optional<Throwable> failure() {
    State state = streams.state();
    return state == State.ERROR || state == State.PENDING_ERROR ? errors.last() : Optional.empty();
  }

  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /** Returns false if threads are left after the timeout; nothing is lost, only done again. */
  public boolean close(Duration timeout) {
    boolean closed = streams.close(timeout);
    if (!closed) {
      log.atWarn().addKeyValue("timeout", timeout).log("Ingest did not close in time");
    }
    return closed;
  }

  private void stateChanged(State now, State before) {
    log.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("Ingest changed its state");
    if (now == State.RUNNING || now == State.ERROR || now == State.NOT_RUNNING) {
      ranOrEnded.countDown();
    }
  }
}
