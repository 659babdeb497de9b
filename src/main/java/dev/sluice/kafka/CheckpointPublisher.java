package dev.sluice.kafka;

import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.serde.TopicNames;
import dev.sluice.train.TrainerState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes checkpoints beside training: makes the files of a snapshot, sends and commits them on a
 * thread of its own, one checkpoint at a time.
 *
 * <p>The training thread calls all methods. It is told what became of a checkpoint only when it
 * asks, so whoever listens to it needs no locks. Once a checkpoint has failed, what follows it must
 * not be published: the one who asks gets the failure and has to end.
 */
final class CheckpointPublisher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointPublisher.class);

  private final CheckpointTransaction transaction;
  private final StepPublisher steps;
  private final String baseModel;
  private final TopicNames topics;
  private final Clock clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "sluice-checkpoint"));

  /** Until the training thread has heard what became of it. */
  private @Nullable Future<Published> inFlight;

  /**
   * A checkpoint that is committed.
   *
   * @param time from the snapshot to the end of the transaction
   */
  record Published(Manifest manifest, Duration time) {}

  /**
   * @param transaction from now on used by the publishing thread alone; closed by the caller, later
   *     than this
   * @param steps their records must be out before the manifest that counts them
   * @param baseModel the name that goes into the adapter's files
   */
  CheckpointPublisher(
      CheckpointTransaction transaction,
      StepPublisher steps,
      String baseModel,
      TopicNames topics,
      Clock clock) {
    this.transaction = transaction;
    this.steps = steps;
    this.baseModel = baseModel;
    this.topics = topics;
    this.clock = clock;
  }

  /** Whether there is a checkpoint of which neither {@link #poll} nor {@link #await} has told. */
  boolean isBusy() {
    return inFlight != null;
  }

  /**
   * Begins to publish and returns at once.
   *
   * @param group taken on the thread that polls: a consumer is not thread-safe
   * @param stall how long training stood still for the snapshot
   */
  void publish(Snapshot snapshot, ConsumerGroupMetadata group, Duration stall) {
    if (isBusy()) {
      throw new IllegalStateException(
          snapshot.unfiled().id() + " while the checkpoint before it is in flight");
    }
    inFlight = thread.submit(() -> commit(snapshot, group, stall));
  }

  /**
   * The checkpoint that was in flight, if it is done.
   *
   * @throws AdapterTakenOverException if another trainer has begun
   * @throws KafkaException if it could not be committed
   */
  Optional<Published> poll() {
    return inFlight != null && inFlight.isDone() ? await() : Optional.empty();
  }

  /** Waits for the checkpoint in flight, if there is one; otherwise like {@link #poll}. */
  Optional<Published> await() {
    Future<Published> awaited = inFlight;
    if (awaited == null) {
      return Optional.empty();
    }
    try {
      Published published = awaited.get();
      inFlight = null;
      return Optional.of(published);
    } catch (ExecutionException e) {
      inFlight = null;
      throw failure(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Waits for the checkpoint in flight: whatever ended training, what the snapshot holds is sound.
   * Kafka's own timeouts bound the wait.
   */
  @Override
  public void close() {
    try {
      await();
    } finally {
      thread.shutdownNow();
    }
  }

  private Published commit(Snapshot snapshot, ConsumerGroupMetadata group, Duration stall) {
    List<CheckpointFile> files = files(snapshot.state());
    steps.flush();
    Manifest manifest =
        transaction.commit(
            snapshot.unfiled().version(),
            files,
            snapshot::manifest,
            snapshot.rejected().stream().map(r -> r.toProducerRecord(topics.rejected())).toList(),
            group);
    Duration time = Duration.between(manifest.createdAt(), clock.instant());
    LOG.atInfo()
        .addKeyValue("adapter", manifest.id())
        .addKeyValue("step", manifest.step())
        .addKeyValue("nextOffset", manifest.nextOffset())
        .addKeyValue("bytes", manifest.bytes())
        .addKeyValue("millis", time.toMillis())
        .addKeyValue("stallMillis", stall.toMillis())
        .log("Checkpoint committed");
    return new Published(manifest, time);
  }

  private List<CheckpointFile> files(TrainerState state) {
    List<CheckpointFile> files = new ArrayList<>(PeftFiles.write(state.adapter(), baseModel));
    files.add(TrainerStateFile.write(state));
    return files;
  }

  /** What failed over there fails here as if it had been done here. */
  private static RuntimeException failure(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException failure
        ? failure
        : new IllegalStateException(e.getCause());
  }
}
