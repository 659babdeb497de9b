package dev.sluice.kafka;

import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SluiceException;
import dev.sluice.data.TokenizedExample;
import dev.sluice.data.Tokenizer;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.lora.AdapterReshape;
import dev.sluice.serde.StepFigures;
import dev.sluice.serde.TopicNames;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.Trainer;
import dev.sluice.train.TrainerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Trains versions of an adapter again from the log: the steps that their manifests list, on the
 * records that these covered. Batches are cut where they were cut then, full or not; what the
 * trainer rejected is found unusable again, by the same tokenizer.
 *
 * <p>It only reads: it writes to no topic, belongs to no group, and fences nobody. One thread.
 */
public final class VersionReplay implements AutoCloseable {

  private final CheckpointStore store;
  private final AdapterIdentity identity;
  private final TrainerLoop.Start start;
  private final Trainer trainer;
  private final TrainExamples examples;
  private final TrainLog log;

  /**
   * @param identity the adapter, and what the machine at hand is
   * @param start the shape that the model was loaded for, and what the first version began with
   */
  public VersionReplay(
      Map<String, Object> client,
      TopicNames topics,
      AdapterIdentity identity,
      TrainerLoop.Start start,
      Trainer trainer,
      Tokenizer tokenizer) {
    this.store = new CheckpointStore(client, topics);
    this.identity = identity;
    this.start = start;
    this.trainer = trainer;
    this.examples = new TrainExamples(identity.adapter(), tokenizer);
    this.log = new TrainLog(client, new TopicPartition(topics.train(), identity.partition()));
  }

  /** What it trains with. */
  public AdapterIdentity identity() {
    return identity;
  }

  /** Begins before the first version. */
  public void begin() {
    trainer.restore(start.fresh());
  }

  /**
   * Begins with a version as it lies on the topics, changed in shape if its child was.
   *
   * @throws CheckpointDamagedException if its files are not what its manifest says
   */
  public void beginAfter(Manifest parent) {
    trainer.restore(new Restore(store, identity).state(parent, start));
  }

  /** Begins with a version that was trained again, changed in shape if its child was. */
  public void beginAfter(ReplayedVersion parent) {
    TrainerState state = parent.state();
    AdapterReshape reshape =
        new AdapterReshape(state.adapter().config(), start.fresh().adapter().config());
    trainer.restore(
        reshape.changesNothing()
            ? state
            : new Restore(store, identity).reshaped(state, parent.manifest(), reshape));
  }

  /**
   * Takes the steps of a version, after those of its parent.
   *
   * @param taken hears of every step
   * @throws SluiceException if the log does not hold what these steps were made of
   */
  public ReplayedVersion replay(Manifest manifest, Consumer<StepOutcome> taken) {
    List<StepFigures> steps = new ArrayList<>();
    List<Boolean> skipped = new ArrayList<>();
    for (StepSpan span : manifest.steps()) {
      StepOutcome outcome = trainer.train(batch(manifest, span));
      steps.add(StepFigures.of(manifest.attempt(), outcome.report()));
      skipped.add(outcome instanceof Skipped);
      taken.accept(outcome);
    }
    TrainerState state = trainer.state();
    List<CheckpointFile> files =
        new ArrayList<>(PeftFiles.write(state.adapter(), manifest.baseModel().name()));
    files.add(TrainerStateFile.write(state));
    return new ReplayedVersion(manifest, state, files, steps, skipped);
  }

  private MicroBatch batch(Manifest manifest, StepSpan span) {
    List<TokenizedExample> batch = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> row : log.read(span.firstOffset(), span.lastOffset())) {
      try {
        batch.add(examples.read(row));
      } catch (UnusableExampleException rejectedThenToo) {
        // The count below tells whether it was.
      }
    }
    if (batch.size() != span.examples()
        || batch.get(0).position().offset() != span.firstOffset()
        || batch.get(batch.size() - 1).position().offset() != span.lastOffset()) {
      throw new SluiceException(
          ("step %d of %s was made of %d examples at offsets %d to %d of %s, of which %d can be"
                  + " used now: the log, the tokenizer or its rules are not what they were")
              .formatted(
                  span.step(),
                  manifest.id(),
                  span.examples(),
                  span.firstOffset(),
                  span.lastOffset(),
                  log.partition(),
                  batch.size()));
    }
    return new MicroBatch(batch);
  }

  @Override
  public void close() {
    log.close();
  }
}
