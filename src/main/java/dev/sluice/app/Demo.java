package dev.sluice.app;

import dev.sluice.app.broker.BrokerProcess;
import dev.sluice.app.broker.BrokerSpec;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.feed.FeedRecord;
import dev.sluice.app.feed.FinancialFeed;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.data.SluiceException;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.ExampleSender;
import dev.sluice.kafka.RejectedTopic;
import dev.sluice.kafka.TopicAdmin;
import dev.sluice.metrics.MetricsRegistry;
import dev.sluice.streams.IngestApp;
import dev.sluice.train.StepReport;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * The whole line on one machine: a broker in a child JVM, topics, feed, ingest, trainer, and the
 * adapter fetched back from its topic.
 */
final class Demo implements AutoCloseable {

  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration INGEST_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(90);
  private static final long LOOK_MILLIS = 200;

  private final DemoSettings settings;
  private final Consumer<String> stage;
  private final Clock clock = Clock.systemUTC();
  private final BrokerProcess broker;
  private final SluiceConfig config;

  private Demo(DemoSettings settings, Consumer<String> stage, BrokerProcess broker, Path scratch) {
    this.settings = settings;
    this.stage = stage;
    this.broker = broker;
    Map<String, String> overrides = new HashMap<>();
    overrides.put("adapter.name", settings.feed().adapter());
    overrides.put("batch.linger", "1s");
    overrides.put("http.port", "0");
    overrides.put("optimizer.learning.rate", "1e-3");
    overrides.putAll(settings.overrides());
    overrides.put("kafka.bootstrap.servers", broker.bootstrap());
    overrides.put("ingest.state.dir", scratch.resolve("ingest").toString());
    this.config = SluiceConfig.load(Optional.empty(), overrides);
  }

  /**
   * Starts the broker.
   *
   * @param scratch a directory for everything that need not outlive the demo
   * @param stage hears what is being done, a line each
   */
  static Demo start(DemoSettings settings, Path scratch, Consumer<String> stage) {
    stage.accept("starting a Kafka broker");
    BrokerProcess broker =
        BrokerProcess.start(BrokerSpec.single(scratch.resolve("broker")), BROKER_TIMEOUT);
    try {
      return new Demo(settings, stage, broker, scratch);
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  String bootstrap() {
    return broker.bootstrap();
  }

  /**
   * Feeds, ingests and trains until every record is trained, rejected or dropped as a duplicate.
   *
   * @param stop ends it early, in good order
   */
  DemoReport run(BooleanSupplier stop) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    createTopics();
    DemoWatch watch = new DemoWatch();
    DemoCount count = new DemoCount();
    TrainerHealth health = new TrainerHealth(clock, config.http().liveTimeout());
    stage.accept("loading the base model " + config.modelDir());
    try (MetricsRegistry metrics = new MetricsRegistry();
        HttpEndpoints http = HttpEndpoints.start(config.http(), metrics.scrapeHandler(), health);
        TrainingSetup setup = TrainingSetup.open(config);
        IngestApp ingest = Ingest.app(config, count);
        DemoTrainer trainer =
            new DemoTrainer(
                setup.loop(
                    TrainingListener.all(List.of(watch, metrics.training(), health)),
                    new MeteredClients(metrics),
                    clock))) {
      stage.accept("starting ingest");
      ingest.start();
      ingest.awaitRunning(INGEST_TIMEOUT);
      trainer.awaitReady(watch);
      stage.accept("feeding and training; metrics at " + http.address() + "/metrics");
      long fed = System.nanoTime();
      feed();
      awaitTrained(watch, count, ingest, trainer, stop);
      long trained = System.nanoTime();
      stop(trainer);
      stage.accept("fetching the adapter from " + config.topics().chunks());
      return report(watch, count, begin, fed, trained);
    }
  }

  @Override
  public void close() {
    broker.close();
  }

  private void createTopics() {
    stage.accept("creating topics");
    try (Admin admin = Admin.create(config.kafkaClient())) {
      new TopicAdmin(admin, Topics.layout(config)).create();
    }
    new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax())
        .register(config.adapterName());
  }

  private void feed() {
    FinancialFeed feed = new FinancialFeed(settings.feed());
    try (ExampleSender sender =
        new ExampleSender(config.kafkaClient(), config.topics().examples())) {
      for (int i = 0; i < settings.records(); i++) {
        FeedRecord record = feed.next();
        sender.send(record.key(), record.value());
      }
      sender.flush();
    }
  }

  private void awaitTrained(
      DemoWatch watch, DemoCount count, IngestApp ingest, DemoTrainer trainer, BooleanSupplier stop)
      throws InterruptedException {
    int expected = settings.records();
    long handled = -1;
    long since = System.nanoTime();
    try (Progress progress = Progress.ofExamples("Training", expected)) {
      while (handled < expected && !stop.getAsBoolean()) {
        Thread.sleep(LOOK_MILLIS);
        requireBroker();
        trainer.requireRunning();
        requireRunning(ingest);
        long now =
            watch.examples()
                + watch.rejectedByTrainer()
                + count.rejectedCount()
                + count.duplicateCount();
        if (now > handled) {
          handled = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > STALL_TIMEOUT.toNanos()) {
          throw new SluiceException(
              "the demo stalled after %d of %d records; run it again with SLUICE_LOG=DEBUG set"
                  .formatted(handled, expected));
        }
        progress.to(handled, watch.line());
      }
    }
  }

  /** Lets it finish its step and commit a checkpoint. */
  private void stop(DemoTrainer trainer) throws InterruptedException {
    trainer.askToStop();
    while (!trainer.hasEnded()) {
      Thread.sleep(LOOK_MILLIS);
      requireBroker();
    }
    trainer.result();
  }

  private void requireBroker() {
    if (!broker.isAlive()) {
      throw new SluiceException(
          "the broker has ended, perhaps because the disk is full; its log ends:\n"
              + broker.endOfLog());
    }
  }

  private static void requireRunning(IngestApp ingest) {
    if (ingest.hasEnded()) {
      throw new SluiceException(
          "ingest failed: " + ingest.failure().map(Throwable::getMessage).orElse("it has ended"));
    }
  }

  private DemoReport report(DemoWatch watch, DemoCount count, long begin, long fed, long trained)
      throws IOException {
    CheckpointStore store = new CheckpointStore(config.kafkaClient(), config.topics());
    int partition =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax())
            .partitionOf(config.adapterName());
    Manifest newest =
        store
            .latest(config.adapterName(), partition)
            .orElseThrow(() -> new SluiceException("the demo ended before its first checkpoint"));
    AdapterPull.pull(store, config.signatures().trustedKeys(), newest, settings.out(), true);
    StepReport last = watch.lastStep().orElseThrow();
    return new DemoReport(
        newest.step(),
        watch.skippedSteps(),
        settings.records(),
        new RejectedTopic(config.kafkaClient(), config.topics()).all().size(),
        count.duplicateCount(),
        watch.scores(),
        last.norms(),
        last.lossNats(),
        watch.versions(),
        newest.id(),
        Duration.ofNanos(trained - fed),
        Duration.ofNanos(System.nanoTime() - begin),
        settings.out().toAbsolutePath(),
        newest.file(PeftFiles.WEIGHTS).sha256());
  }
}
