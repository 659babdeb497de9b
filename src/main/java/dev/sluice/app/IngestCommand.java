package dev.sluice.app;

import dev.sluice.app.HealthCheck.Status;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.Brokers;
import dev.sluice.metrics.MetricsRegistry;
import dev.sluice.streams.IngestApp;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs ingest until it is told to stop. */
@Command(
    name = "ingest",
    description = {
      "Validates examples, drops duplicates and sends each to its adapter's partition of the train"
          + " topic, until SIGTERM or Ctrl-C. What cannot be used goes to the rejected topic with"
          + " the reason. Several may run: they share the work."
    },
    footer = {
      "  sluice ingest --config sluice.yaml",
      "  sluice ingest --set ingest.dedupe.window=1d --set http.port=9465",
    })
final class IngestCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(IngestCommand.class);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 200;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() throws InterruptedException {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    try (StopSignal stop = StopSignal.install();
        MetricsRegistry metrics = new MetricsRegistry();
        IngestApp app = Ingest.app(config, new MeteredIngest(metrics.ingest()));
        HttpEndpoints http =
            HttpEndpoints.start(config.http(), metrics.scrapeHandler(), health(app))) {
      metrics.bind(app.streams());
      app.start();
      app.awaitRunning(START_TIMEOUT);
      LOG.atInfo()
          .addKeyValue("from", config.topics().examples())
          .addKeyValue("http", http.address())
          .log("Ingesting");
      while (!stop.isSet() && !app.hasEnded()) {
        Thread.sleep(LOOK_MILLIS);
      }
      Optional<Throwable> failure = app.failure();
      if (failure.isPresent()) {
        throw new CommandFailedException(
            "ingest failed: " + failure.get().getMessage(), failure.get());
      }
    }
    return 0;
  }

  private static HealthCheck health(IngestApp app) {
    return new HealthCheck() {
      @Override
      public Status live() {
        return new Status(!app.hasEnded(), "Streams is " + app.streams().state());
      }

      @Override
      public Status ready() {
        return new Status(app.isRunning(), "Streams is " + app.streams().state());
      }
    };
  }
}
