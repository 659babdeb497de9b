package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.kafka.ReplayedVersion;
import dev.sluice.serde.StepFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of training versions again.
 *
 * @param parent what they began with; empty for the first weights
 * @param versions in order; only the last can differ
 * @param notes what a difference may come from
 */
record RebuildReport(Optional<Manifest> parent, List<Version> versions, List<String> notes) {

  RebuildReport {
    versions = List.copyOf(versions);
    notes = List.copyOf(notes);
  }

  /**
   * One version.
   *
   * @param sha256 by file, as it came out now
   * @param differing files with other bytes than the manifest's
   * @param recorded how many of its steps have a record to compare with
   * @param step the first that went another way, or null if none is known
   * @param then what that step's record says, or null if it has none
   */
  record Version(
      Manifest manifest,
      Map<String, String> sha256,
      List<String> differing,
      int recorded,
      @Nullable StepFigures step,
      @Nullable StepFigures then) {

    static Version of(
        ReplayedVersion made, List<String> differing, Map<Long, StepFigures> recorded) {
      StepFigures step = differing.isEmpty() ? null : made.firstDifference(recorded).orElse(null);
      return new Version(
          made.manifest(),
          made.sha256(),
          differing,
          recorded.size(),
          step,
          step == null ? null : recorded.get(step.step()));
    }

    boolean identical() {
      return differing.isEmpty();
    }

    long examples() {
      return manifest.steps().stream().mapToLong(StepSpan::examples).sum();
    }
  }

  boolean identical() {
    return versions.stream().allMatch(Version::identical);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    notes.forEach(note -> lines.add("note: " + note));
    String from = parent.map(Manifest::id).orElse("the first weights");
    for (Version version : versions) {
      String id = version.manifest().id();
      lines.add(
          "%s from %s: %d steps, %,d examples: %s"
              .formatted(
                  id,
                  from,
                  version.manifest().steps().size(),
                  version.examples(),
                  version.identical() ? "identical" : "DIFFERENT"));
      if (!version.identical()) {
        lines.add("  other bytes: " + String.join(", ", version.differing()));
        lines.add("  " + where(version));
      }
      from = id;
    }
    return lines;
  }

  ObjectNode json() {
    ObjectNode json = Output.object();
    json.put("identical", identical()).put("parent", parent.map(Manifest::id).orElse(null));
    var array = json.putArray("versions");
    for (Version version : versions) {
      Manifest manifest = version.manifest();
      ObjectNode node = array.addObject();
      node.put("adapter", manifest.adapter()).put("version", manifest.version());
      node.put("steps", manifest.steps().size()).put("examples", version.examples());
      node.put("identical", version.identical());
      ObjectNode files = node.putObject("sha256");
      for (FileEntry file : manifest.files()) {
        files
            .putObject(file.name())
            .put("manifest", file.sha256())
            .put("rebuilt", version.sha256().get(file.name()));
      }
      StepFigures step = version.step();
      if (step != null) {
        ObjectNode first = node.putObject("firstDifference").put("step", step.step());
        put(first.putObject("rebuilt"), step);
        StepFigures then = version.then();
        if (then != null) {
          put(first.putObject("recorded"), then);
        }
      }
    }
    notes.forEach(json.putArray("notes")::add);
    return json;
  }

  private static String where(Version version) {
    StepFigures step = version.step();
    StepFigures then = version.then();
    if (step == null) {
      return version.recorded() == 0
          ? "no record of these steps is left to tell from which one on"
          : "loss and gradient norm of %d recorded steps are the same"
              .formatted(version.recorded());
    }
    return then == null || then.equals(step)
        ? "from step %d on, which was skipped in one of the two runs".formatted(step.step())
        : "from step %d on: loss %s was %s, gradient norm %s was %s"
            .formatted(
                step.step(),
                step.lossNats(),
                then.lossNats(),
                step.gradientNorm(),
                then.gradientNorm());
  }

  private static void put(ObjectNode node, StepFigures step) {
    put(node, "lossNats", step.lossNats());
    put(node, "gradientNorm", step.gradientNorm());
  }

  private static void put(ObjectNode node, String field, float value) {
    if (Float.isNaN(value)) {
      node.putNull(field);
    } else {
      node.put(field, value);
    }
  }
}
