package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Signatures;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.lora.LoraConfig;
import dev.sluice.serde.ExampleJson;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import dev.sluice.train.GradientAlert;
import dev.sluice.train.GradientNormMonitor;
import dev.sluice.train.LearningRateSchedule;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.Trainer;
import dev.sluice.train.TrainerState;
import dev.sluice.train.TrainingListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Topics of its own on the shared broker, and a trainer with a {@link CountingModel} on them. */
final class TrainerRig {

  static final Duration NEVER = Duration.ofHours(1);

  final TopicNames topics;
  final Map<String, Object> client = TestBroker.shared().client();
  final String adapter;
  final int partition;

  private TrainerLoop.Settings settings = new TrainerLoop.Settings(4, 1_000_000, NEVER, 3, NEVER);
  private BaseModel baseModel = new BaseModel("tiny", "ab".repeat(32));
  private Signatures signatures = Signatures.NONE;
  private int rank = 1;
  private boolean acceptReshape;
  private Map<String, Object> trainersClient = client;
  private TrainingListener alsoHears = new TrainingListener() {};
  private long failAtStep;

  /** What the trainer told, for tests to wait on. */
  static final class Heard implements TrainingListener {
    final AtomicInteger examples = new AtomicInteger();
    final AtomicInteger alerts = new AtomicInteger();
    final AtomicInteger rejected = new AtomicInteger();
    final AtomicInteger turns = new AtomicInteger();
    final AtomicInteger versions = new AtomicInteger();

    @Override
    public void turned() {
      turns.incrementAndGet();
    }

    @Override
    public void stepped(StepOutcome outcome) {
      examples.addAndGet(outcome.report().examples());
    }

    @Override
    public void alerted(GradientAlert alert) {
      alerts.incrementAndGet();
    }

    @Override
    public void rejected() {
      rejected.incrementAndGet();
    }

    @Override
    public void checkpointed(long version, long bytes, Duration time) {
      versions.incrementAndGet();
    }
  }

  final Heard heard = new Heard();

  TrainerRig() {
    this("counted");
  }

  TrainerRig(String adapter) {
    this.topics = TestBroker.shared().freshNames();
    this.adapter = adapter;
    try (Admin admin = Admin.create(client)) {
      new TopicAdmin(admin, new TopicLayout(topics, 2, -1, Duration.ofDays(1))).create();
    }
    this.partition = new AdapterRegistry(client, topics, 2).register(adapter);
  }

  /** Another adapter on the topics of {@code sibling}. */
  TrainerRig(String adapter, TrainerRig sibling) {
    this.topics = sibling.topics;
    this.adapter = adapter;
    this.partition = new AdapterRegistry(client, topics, 2).register(adapter);
  }

  TrainerRig with(TrainerLoop.Settings newSettings) {
    settings = newSettings;
    return this;
  }

  /** Settings for the trainer's Kafka clients alone. */
  TrainerRig withClient(Map<String, Object> settings) {
    trainersClient = new HashMap<>(client);
    trainersClient.putAll(settings);
    return this;
  }

  TrainerRig toldTo(TrainingListener listener) {
    alsoHears = listener;
    return this;
  }

  TrainerRig failingAtStep(long step) {
    failAtStep = step;
    return this;
  }

  TrainerRig onBaseModel(BaseModel model) {
    baseModel = model;
    return this;
  }

  TrainerRig with(Signatures newSignatures) {
    signatures = newSignatures;
    return this;
  }

  TrainerRig withRank(int newRank) {
    rank = newRank;
    return this;
  }

  TrainerRig acceptingReshape() {
    acceptReshape = true;
    return this;
  }

  /** Puts examples {@code from} to {@code to - 1} on the adapter's partition of the train topic. */
  void send(int from, int to) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(record("example-" + i, "prompt " + i));
    }
    TestBroker.shared().send(records);
  }

  void sendSteep() {
    TestBroker.shared().send(List.of(record(CountingModel.STEEP, "steep")));
  }

  void sendUnusable(String id) {
    TestBroker.shared().send(List.of(record(id, "unusable")));
  }

  void sendRaw(String key, String value) {
    TestBroker.shared()
        .send(
            List.of(
                new ProducerRecord<>(
                    topics.train(), partition, key.getBytes(UTF_8), value.getBytes(UTF_8))));
  }

  private ProducerRecord<byte[], byte[]> record(String id, String prompt) {
    LabelledExample example =
        new LabelledExample(
            id,
            adapter,
            "task",
            new Completion(prompt, "yes"),
            "source",
            Instant.parse("2026-01-01T00:00:00Z"),
            null,
            1);
    return new ProducerRecord<>(
        topics.train(), partition, id.getBytes(UTF_8), ExampleJson.unlimited().write(example));
  }

  /** A loop with a model that has seen nothing yet. */
  TrainerLoop loop() {
    Trainer trainer =
        new Trainer(
            new CountingModel(rank, failAtStep),
            new LearningRateSchedule(1e-3, 0),
            3,
            System::nanoTime);
    return new TrainerLoop(
        trainersClient,
        topics,
        identity(),
        new TrainerLoop.Start(TrainerState.initial(CountingModel.initial(rank)), acceptReshape),
        settings,
        trainer,
        new GradientNormMonitor(10, 4),
        CountingModel.tokenizer(),
        TrainingListener.all(List.of(heard, alsoHears)),
        ClientListener.NONE,
        Clock.systemUTC());
  }

  /** Trains versions again, with a model that has seen nothing yet. */
  VersionReplay replay() {
    return new VersionReplay(
        client,
        topics,
        identity(),
        new TrainerLoop.Start(TrainerState.initial(CountingModel.initial(rank)), true),
        new Trainer(
            new CountingModel(rank, 0), new LearningRateSchedule(1e-3, 0), 3, System::nanoTime),
        CountingModel.tokenizer());
  }

  private AdapterIdentity identity() {
    return new AdapterIdentity(
        adapter,
        partition,
        baseModel,
        new Environment("test", "none", "cpu", "cpu", "fp32", "none", "none", 1, 0),
        new TreeMap<>(
            Map.of("lora.rank", Integer.toString(rank), "optimizer.learning.rate", "0.001")),
        signatures);
  }

  /**
   * One life that commits so many versions, of a batch of four each. The next batch is sent when
   * the version before is committed: two steps that follow at once could share a checkpoint.
   */
  void trainVersions(int versions) {
    AtomicInteger sent = new AtomicInteger();
    runUntil(
        () -> {
          if (heard.versions.get() == sent.get() && sent.get() < versions) {
            send(4 * sent.get(), 4 * sent.incrementAndGet());
          }
          return heard.versions.get() == versions;
        });
  }

  /** Runs a loop until the condition holds, then stops it in good order. */
  void runUntil(BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    loop()
        .run(
            () -> {
              if (System.nanoTime() > deadline) {
                throw new AssertionError("the trainer did not get there within a minute");
              }
              return done.getAsBoolean();
            });
  }

  /** Runs a loop until it has trained on that many examples in all. */
  void trainUntil(int examples) {
    runUntil(() -> heard.examples.get() >= examples);
  }

  List<Manifest> manifests() {
    return new CheckpointStore(client, topics).manifests(adapter, partition);
  }

  Manifest newest() {
    return new CheckpointStore(client, topics).latest(adapter, partition).orElseThrow();
  }

  /** What the newest adapter's own configuration file says. */
  LoraConfig newestConfig() {
    return PeftFiles.readConfig(
        new CheckpointStore(client, topics).fetch(newest(), PeftFiles.CONFIG).content());
  }

  /** The bytes of the newest adapter. */
  byte[] weights() {
    return weights(newest());
  }

  byte[] weights(Manifest manifest) {
    return new CheckpointStore(client, topics).fetch(manifest, PeftFiles.WEIGHTS).content();
  }
}
