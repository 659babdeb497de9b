package dev.sluice.kafka;

import dev.sluice.checkpoint.CheckpointFile;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.serde.StepFigures;
import dev.sluice.train.TrainerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A version that was trained again, beside its manifest.
 *
 * @param state after its last step
 * @param steps that were taken, with the manifest's attempt
 * @param skipped whether each of {@code steps} was skipped
 */
public record ReplayedVersion(
    Manifest manifest,
    TrainerState state,
    List<CheckpointFile> files,
    List<StepFigures> steps,
    List<Boolean> skipped) {

  public ReplayedVersion {
    files = List.copyOf(files);
    steps = List.copyOf(steps);
    skipped = List.copyOf(skipped);
  }

  /** SHA-256 by file, as it came out now. */
  public Map<String, String> sha256() {
    Map<String, String> hashes = new TreeMap<>();
    files.forEach(file -> hashes.put(file.name(), Sha256.of(file.content())));
    return hashes;
  }

  /** The manifest's files that came out in other bytes, or not at all. */
  public List<String> differingFiles() {
    Map<String, String> now = sha256();
    return manifest.files().stream()
        .filter(file -> !file.sha256().equals(now.get(file.name())))
        .map(FileEntry::name)
        .toList();
  }

  /**
   * The first step that went another way than then.
   *
   * @param recorded figures by step, as far as they are known
   */
  public Optional<StepFigures> firstDifference(Map<Long, StepFigures> recorded) {
    for (int i = 0; i < steps.size(); i++) {
      StepFigures now = steps.get(i);
      StepFigures then = recorded.getOrDefault(now.step(), now);
      if (!now.equals(then) || skipped.get(i) != (manifest.steps().get(i).skipped() != null)) {
        return Optional.of(now);
      }
    }
    return Optional.empty();
  }
}
