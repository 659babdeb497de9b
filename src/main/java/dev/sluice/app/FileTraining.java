package dev.sluice.app;

import dev.sluice.app.FileOptions.Asked;
import dev.sluice.app.config.BatchSettings;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.AdapterDirectory;
import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.MicroBatcher;
import dev.sluice.data.TokenizedExample;
import dev.sluice.train.GradientAlert;
import dev.sluice.train.GradientNormMonitor;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.Trainer;
import dev.sluice.train.TrainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one adapter on a file: the steps that a trainer takes from a topic with full batches, and
 * one for the examples that are left at the end. One thread.
 */
final class FileTraining {

  private static final Logger LOG = LoggerFactory.getLogger(FileTraining.class);

  private final SluiceConfig config;
  private final Asked asked;
  private final TrainingSetup setup;
  private final RejectedLines rejected;
  private final Trainer trainer;
  private final GradientNormMonitor monitor;
  private final MicroBatcher batcher;
  private final long start = System.nanoTime();

  private FileTrainingCounts counts = FileTrainingCounts.ZERO;

  FileTraining(SluiceConfig config, Asked asked, TrainingSetup setup, RejectedLines rejected) {
    this.config = config;
    this.asked = asked;
    this.setup = setup;
    this.rejected = rejected;
    this.trainer = setup.trainer();
    this.monitor = config.alerts().gradientMonitor();
    BatchSettings batch = config.batch();
    this.batcher = new MicroBatcher(batch.maxExamples(), batch.maxTokens(), batch.linger());
  }

  /**
   * Trains and writes the adapter.
   *
   * @param stop ends the training after the step that is under way; what is trained is written
   * @throws CommandFailedException if no step was taken
   */
  FileTrainingReport run(BooleanSupplier stop) throws IOException {
    List<Double> losses = new ArrayList<>();
    try (Progress progress =
        Progress.ofBytes("Training", Files.size(asked.file()) * asked.epochs())) {
      while (losses.size() < asked.epochs() && !stop.getAsBoolean()) {
        FileTrainingCounts before = counts;
        pass(losses.size(), stop, progress);
        double loss = counts.meanLossSince(before);
        losses.add(loss);
        LOG.atInfo()
            .addKeyValue("epoch", losses.size())
            .addKeyValue("step", trainer.step())
            .addKeyValue("meanLossNats", loss)
            .log("Epoch ended");
      }
    }
    if (trainer.step() == 0) {
      throw new CommandFailedException(
          stop.getAsBoolean()
              ? "stopped before the first step, so nothing is written"
              : "%s has no row that can be trained on, so nothing is written"
                  .formatted(asked.file()));
    }
    double seconds = seconds();
    String sha256 = write(trainer.state());
    return new FileTrainingReport(
        asked.out(),
        trainer.step(),
        counts,
        rejected.count(),
        losses,
        stop.getAsBoolean(),
        seconds,
        sha256);
  }

  private void pass(int epoch, BooleanSupplier stop, Progress progress) throws IOException {
    long before = epoch * Files.size(asked.file());
    // A row that is rejected is named once, not in every pass.
    FileExamples.Rejections rejections = epoch == 0 ? rejected::add : (line, reason) -> {};
    try (FileExamples rows = FileExamples.open(asked.file(), config, setup.tokens(), rejections)) {
      for (TokenizedExample row = rows.next();
          row != null && !stop.getAsBoolean();
          row = rows.next()) {
        batcher.add(row, Instant.EPOCH).forEach(this::train); // no batch lingers here
        progress.to(before + rows.bytesRead(), figures());
      }
    }
    if (stop.getAsBoolean()) {
      batcher.drop();
      return;
    }
    batcher.closeRest().ifPresent(this::train);
    progress.to(before + Files.size(asked.file()), figures());
  }

  private void train(MicroBatch batch) {
    StepOutcome outcome = trainer.train(batch);
    counts = counts.plus(outcome);
    monitor.observe(outcome).ifPresent(FileTraining::warn);
  }

  private static void warn(GradientAlert alert) {
    LOG.atWarn()
        .addKeyValue("type", alert.kind().type())
        .addKeyValue("step", alert.step())
        .addKeyValue("gradientNormB", alert.norm())
        .addKeyValue("runningMedian", alert.median())
        .log("The gradient norm of B is far from its running median");
  }

  private String figures() {
    return "loss %.3f, %.1f examples/s"
        .formatted(counts.lastLossNats(), counts.examples() / seconds());
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns the SHA-256 of the weights. */
  private String write(TrainerState state) throws IOException {
    List<CheckpointFile> files =
        new ArrayList<>(PeftFiles.write(state.adapter(), setup.modelName()));
    files.add(TrainerStateFile.write(state));
    AdapterDirectory.write(asked.out(), files, false);
    return Sha256.of(asked.out().resolve(PeftFiles.WEIGHTS));
  }
}
