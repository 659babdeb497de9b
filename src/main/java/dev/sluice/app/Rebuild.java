package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.kafka.ReplayedVersion;
import dev.sluice.kafka.StepLog;
import dev.sluice.kafka.VersionReplay;
import dev.sluice.serde.StepFigures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trains a chain of versions again and compares each with its manifest, up to the first that
 * differs.
 *
 * <p>The base model is loaded once for versions that were trained alike, and anew where
 * configuration or machine changed on the way.
 */
final class Rebuild implements AutoCloseable {

  private final RebuildSettings settings;
  private final boolean force;
  private final Progress progress;
  private final Set<String> notes = new LinkedHashSet<>();

  private @Nullable TrainingSetup setup;
  private @Nullable VersionReplay replay;
  private long examplesDone;

  /**
   * @param force whether to go on where a machine differs that cannot be expected to give the same
   *     bytes
   */
  Rebuild(RebuildSettings settings, boolean force, Progress progress) {
    this.settings = settings;
    this.force = force;
    this.progress = progress;
  }

  /**
   * Takes as long as training did.
   *
   * @throws CommandFailedException if it cannot be done here
   */
  RebuildReport run(RebuildChain chain) throws IOException {
    List<RebuildReport.Version> versions = new ArrayList<>();
    Manifest before = null;
    ReplayedVersion made = null;
    for (Manifest manifest : chain.versions()) {
      if (replay == null || before == null || !alike(before, manifest)) {
        VersionReplay next = open(manifest);
        if (made != null) {
          next.beginAfter(made);
        } else {
          chain.parent().ifPresentOrElse(next::beginAfter, next::begin);
        }
        replay = next;
      }
      made = replay.replay(manifest, outcome -> taken(outcome.report().examples()));
      before = manifest;
      RebuildReport.Version version = compared(made);
      versions.add(version);
      if (!version.identical()) {
        break; // what follows would differ for no other reason
      }
    }
    return new RebuildReport(chain.parent(), versions, List.copyOf(notes));
  }

  private RebuildReport.Version compared(ReplayedVersion made) {
    List<String> files = made.differingFiles();
    Map<Long, StepFigures> recorded =
        files.isEmpty()
            ? Map.of()
            : new StepLog(settings.own().kafkaClient(), settings.own().topics())
                .of(made.manifest());
    return RebuildReport.Version.of(made, files, recorded);
  }

  private VersionReplay open(Manifest manifest) throws IOException {
    close();
    SluiceConfig config = settings.of(manifest);
    setup = TrainingSetup.open(config);
    replay = setup.replay();
    RebuildMachine machine = new RebuildMachine(manifest, replay.identity());
    machine.requireBaseModel();
    List<String> differences = machine.differences();
    if (!differences.isEmpty() && !force) {
      throw new CommandFailedException(
          "%s cannot be expected to come out in the same bytes here: %s; train it anyway with --force"
              .formatted(manifest.id(), String.join(", ", differences)));
    }
    differences.forEach(difference -> notes.add(manifest.id() + ": " + difference));
    notes.addAll(machine.notes());
    notes.addAll(settings.notes(manifest));
    return replay;
  }

  private void taken(int examples) {
    examplesDone += examples;
    progress.to(examplesDone);
  }

  /** Whether one setup can train both. */
  private static boolean alike(Manifest one, Manifest other) {
    Environment a = one.environment();
    Environment b = other.environment();
    return one.configuration().equals(other.configuration())
        && one.baseModel().equals(other.baseModel())
        && (one.parent() != null || one.configuration().getOrDefault("adapter.start", "").isEmpty())
        && a.libtorch().equals(b.libtorch())
        && a.flavor().equals(b.flavor())
        && a.device().equals(b.device())
        && a.precision().equals(b.precision())
        && a.quantization().equals(b.quantization())
        && a.cpu().equals(b.cpu())
        && a.threads() == b.threads();
  }

  @Override
  public void close() {
    if (replay != null) {
      replay.close();
      replay = null;
    }
    if (setup != null) {
      setup.close();
      setup = null;
    }
  }
}
