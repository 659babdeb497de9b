package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.data.Boundary;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.MicroBatcher;
import dev.sluice.data.SluiceException;
import dev.sluice.data.Tokenizer;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.kafka.CheckpointPublisher.Published;
import dev.sluice.serde.BoundaryRecord;
import dev.sluice.serde.RejectedRecord;
import dev.sluice.serde.RejectionHeaders.Rejection;
import dev.sluice.serde.TopicNames;
import dev.sluice.train.GradientAlert;
import dev.sluice.train.GradientNormMonitor;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepReport;
import dev.sluice.train.Trainer;
import dev.sluice.train.TrainerState;
import dev.sluice.train.TrainingListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one adapter on its partition of the train topic, for ever:
 *
 * <ol>
 *   <li>fence every earlier trainer of this adapter;
 *   <li>restore the newest manifest and go to its offset;
 *   <li>poll, tokenise, fill micro-batches, take a step for each, publish its record. A batch that
 *       linger closes has its boundary on a topic first, and is cut there again after a restore;
 *   <li>now and then take a snapshot and go on, while another thread commits it as a checkpoint:
 *       adapter, manifest and offsets in one transaction;
 *   <li>when told to stop, commit what is trained and leave. An open batch is dropped: its examples
 *       are still on the topic.
 * </ol>
 *
 * <p>The manifest is the truth. Whatever dies, the examples after its offset are read again, and
 * what was trained of them is forgotten with the process. The thread that calls {@link #run} polls,
 * trains and tells the listener; the other one is the {@link CheckpointPublisher}'s.
 */
public final class TrainerLoop {

  private static final Logger LOG = LoggerFactory.getLogger(TrainerLoop.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<String, Object> client;
  private final TopicNames topics;
  private final AdapterIdentity identity;
  private final Start start;
  private final Settings settings;
  private final Trainer trainer;
  private final GradientNormMonitor monitor;
  private final TrainExamples examples;
  private final TrainingListener listener;
  private final ClientListener clients;
  private final Clock clock;

  /**
   * Where training begins.
   *
   * @param fresh what an adapter without a manifest begins with; it also has the shape that the
   *     model was loaded for
   * @param acceptReshape whether a restored adapter of another rank, alpha or scaling is changed to
   *     that shape, instead of being refused
   */
  public record Start(TrainerState fresh, boolean acceptReshape) {}

  /** When to close a batch, and when to commit a checkpoint. */
  public record Settings(
      int maxExamples,
      int maxTokens,
      Duration linger,
      int checkpointSteps,
      Duration checkpointInterval) {}

  public TrainerLoop(
      Map<String, Object> client,
      TopicNames topics,
      AdapterIdentity identity,
      Start start,
      Settings settings,
      Trainer trainer,
      GradientNormMonitor monitor,
      Tokenizer tokenizer,
      TrainingListener listener,
      ClientListener clients,
      Clock clock) {
    this.client = Map.copyOf(client);
    this.topics = topics;
    this.identity = identity;
    this.start = start;
    this.settings = settings;
    this.trainer = trainer;
    this.monitor = monitor;
    this.examples = new TrainExamples(identity.adapter(), tokenizer);
    this.listener = listener;
    this.clients = clients;
    this.clock = clock;
  }

  /**
   * Runs until told to stop.
   *
   * @param stop asked several times a second
   * @throws AdapterTakenOverException if another trainer has begun on this adapter
   * @throws AdapterMismatchException if the newest checkpoint was made for another model or shape
   */
  public void run(BooleanSupplier stop) {
    try (CheckpointTransaction transaction =
            new CheckpointTransaction(client, topics, identity.adapter(), identity.partition());
        BoundaryLog boundaries =
            new BoundaryLog(client, topics, identity.adapter(), identity.partition());
        Consumer<byte[], byte[]> consumer = Clients.consumer(client, consumerSettings());
        StepPublisher steps =
            new StepPublisher(client, topics, identity.adapter(), identity.partition(), clock);
        CheckpointPublisher checkpoints =
            new CheckpointPublisher(
                transaction, steps, identity.baseModel().name(), topics, clock)) {
      clients.created(consumer);
      clients.created(transaction.producer());
      clients.created(boundaries.producer());
      clients.created(steps.producer());
      Optional<Manifest> latest = restore();
      consumer.assign(List.of(partition()));
      Lineage lineage = new Lineage(identity, latest, first(consumer), clock.instant());
      consumer.seek(partition(), lineage.nextOffset());
      new Session(consumer, steps, checkpoints, lineage, boundaries).run(stop);
    } catch (OffsetOutOfRangeException e) {
      throw new SluiceException(
          ("offset %s of %s is no longer on the topic, so examples were deleted before they were"
                  + " trained; set retention.ms=-1 on %s (sluice topics check), and train a new"
                  + " adapter.name to begin at what is left")
              .formatted(
                  e.offsetOutOfRangePartitions().get(partition()), partition(), topics.train()),
          e);
    }
  }

  /** One life of the trainer: from a restore to the stop or the failure that ends it. */
  private final class Session {
    private final Consumer<byte[], byte[]> consumer;
    private final StepPublisher steps;
    private final CheckpointPublisher checkpoints;
    private final AlertPublisher alerts;
    private final Lineage lineage;
    private final BoundaryLog boundaries;
    private final MicroBatcher batcher;
    private Instant lastSnapshot = clock.instant();
    private boolean postponed;
    private long nextToRead;

    Session(
        Consumer<byte[], byte[]> consumer,
        StepPublisher steps,
        CheckpointPublisher checkpoints,
        Lineage lineage,
        BoundaryLog boundaries) {
      this.consumer = consumer;
      this.steps = steps;
      this.checkpoints = checkpoints;
      this.alerts = new AlertPublisher(steps.producer(), topics, identity, clock);
      this.lineage = lineage;
      this.boundaries = boundaries;
      this.batcher =
          new MicroBatcher(
              settings.maxExamples(),
              settings.maxTokens(),
              settings.linger(),
              boundaries.from(lineage.nextOffset()));
      this.nextToRead = lineage.nextOffset();
    }

    void run(BooleanSupplier stop) {
      listener.ready(trainer.step());
      while (!stop.getAsBoolean()) {
        for (ConsumerRecord<byte[], byte[]> row : consumer.poll(POLL)) {
          take(row);
          if (stop.getAsBoolean()) {
            break; // the rest stays on the topic
          }
        }
        if (hasReadAll()) {
          batcher.closeLingering(clock.instant()).ifPresent(this::trainLingered);
        }
        settle();
        checkpoint();
        listener.turned();
      }
      leave();
    }

    private void leave() {
      checkpoints.await().ifPresent(this::tell);
      if (lineage.hasNews()) {
        snapshot();
        checkpoints.await().ifPresent(this::tell);
      }
    }

    private void take(ConsumerRecord<byte[], byte[]> row) {
      try {
        batcher.add(examples.read(row), clock.instant()).forEach(this::train);
      } catch (UnusableExampleException e) {
        Rejection rejection =
            new Rejection(String.valueOf(e.getMessage()), TrainExamples.position(row));
        lineage.rejected(new RejectedRecord(row.key(), row.value(), row.headers(), rejection));
        listener.rejected();
      }
      nextToRead = row.offset() + 1;
      settle();
    }

    /** What was rejected after the last batch needs no further example to be settled. */
    private void settle() {
      if (batcher.waiting() == 0) {
        lineage.settledUpTo(nextToRead);
      }
    }

    /**
     * Linger waits for examples that are not written yet, not for those that are not read yet: a
     * full batch of an earlier life would be cut if reading it again took longer than linger.
     */
    private boolean hasReadAll() {
      return consumer.currentLag(partition()).orElse(1) == 0;
    }

    private void trainLingered(MicroBatch batch) {
      Boundary boundary = new Boundary(batch.firstOffset(), batch.lastOffset());
      boundaries.write(
          new BoundaryRecord(identity.adapter(), trainer.step() + 1, lineage.attempt(), boundary));
      train(batch);
    }

    private void train(MicroBatch batch) {
      StepOutcome outcome = trainer.train(batch);
      lineage.trained(batch, outcome);
      steps.publish(lineage.attempt(), outcome);
      listener.stepped(outcome);
      monitor.observe(outcome).ifPresent(this::alert);
      log(outcome.report());
      checkpoint();
    }

    private void log(StepReport report) {
      LOG.atDebug()
          .addKeyValue("step", report.step())
          .addKeyValue("lossNats", report.lossNats())
          .addKeyValue("gradientNorm", report.norms().global())
          .addKeyValue("millis", report.time().toMillis())
          .log("Step");
    }

    private void alert(GradientAlert alert) {
      alerts.publish(lineage.attempt(), alert);
      listener.alerted(alert);
    }

    /** Hears what became of the checkpoint in flight, and takes the next snapshot if it is due. */
    private void checkpoint() {
      checkpoints.poll().ifPresent(this::tell);
      if (!checkpointIsDue()) {
        return;
      }
      if (checkpoints.isBusy()) {
        postpone(); // never a second copy of the state in memory, and never a queue
      } else {
        snapshot();
      }
    }

    private boolean checkpointIsDue() {
      return lineage.stepsSinceSnapshot() >= settings.checkpointSteps()
          || (lineage.hasNews()
              && !clock.instant().isBefore(lastSnapshot.plus(settings.checkpointInterval())));
    }

    private void postpone() {
      if (!postponed) {
        postponed = true;
        LOG.atInfo()
            .addKeyValue("adapter", identity.adapter())
            .addKeyValue("steps", lineage.stepsSinceSnapshot())
            .log("Checkpoint postponed until the one before it is committed");
      }
    }

    private void snapshot() {
      Instant begin = clock.instant();
      Snapshot snapshot = lineage.snapshot(trainer.state(), begin);
      Duration stall = Duration.between(begin, clock.instant());
      checkpoints.publish(snapshot, consumer.groupMetadata(), stall);
      lastSnapshot = begin;
      postponed = false;
      listener.snapshotTaken(snapshot.unfiled().version(), stall);
    }

    private void tell(Published published) {
      Manifest manifest = published.manifest();
      lineage.committed(manifest);
      listener.checkpointed(manifest.version(), manifest.bytes(), published.time());
    }
  }

  private Optional<Manifest> restore() {
    CheckpointStore store = new CheckpointStore(client, topics);
    Optional<Manifest> latest = store.latest(identity.adapter(), identity.partition());
    trainer.restore(
        latest.isPresent()
            ? new Restore(store, identity).state(latest.get(), start)
            : start.fresh());
    LOG.atInfo()
        .addKeyValue("adapter", latest.map(Manifest::id).orElse(identity.adapter() + " (new)"))
        .addKeyValue("step", trainer.step())
        .log("Restored");
    return latest;
  }

  private TopicPartition partition() {
    return new TopicPartition(topics.train(), identity.partition());
  }

  private long first(Consumer<byte[], byte[]> consumer) {
    return consumer.beginningOffsets(List.of(partition())).getOrDefault(partition(), 0L);
  }

  private Map<String, Object> consumerSettings() {
    return Map.of(
        ConsumerConfig.GROUP_ID_CONFIG,
        topics.prefix() + ".trainer",
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "none",
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        settings.maxExamples());
  }
}
