package dev.sluice.app;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.kafka.AdapterIdentity;
import java.util.ArrayList;
import java.util.List;

/** Holds what a version was trained with against what is at hand. */
record RebuildMachine(Manifest manifest, AdapterIdentity here) {

  /**
   * @throws CommandFailedException if the base model is another one
   */
  void requireBaseModel() {
    if (!manifest.baseModel().sha256().equals(here.baseModel().sha256())) {
      throw new CommandFailedException(
          ("%s was trained on base model %s (SHA-256 %s), but %s has SHA-256 %s; name the former"
                  + " with --model")
              .formatted(
                  manifest.id(),
                  manifest.baseModel().name(),
                  manifest.baseModel().sha256(),
                  here.baseModel().name(),
                  here.baseModel().sha256()));
    }
  }

  /** What changes sums to the last bit, so that the same bytes cannot be expected. */
  List<String> differences() {
    Environment then = manifest.environment();
    Environment now = here.environment();
    List<String> differences = new ArrayList<>();
    compare("libtorch", then.libtorch(), now.libtorch(), differences);
    compare("libtorch's flavour", then.flavor(), now.flavor(), differences);
    compare("the processor's instructions", then.cpu(), now.cpu(), differences);
    compare("the device", then.device(), now.device(), differences);
    return differences;
  }

  /** What may be the reason, if bytes differ. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    Environment then = manifest.environment();
    compare("the version of Sluice", then.sluice(), here.environment().sluice(), notes);
    if (!then.device().startsWith("cpu")) {
      notes.add("trained on a GPU, where the same bytes are not promised");
    }
    String start = manifest.configuration().getOrDefault("adapter.start", "");
    if (manifest.parent() == null && !start.isEmpty()) {
      notes.add(
          "began with the adapter in %s (adapter.start), whose bytes are on no topic"
              .formatted(start));
    }
    return notes.stream().map(note -> manifest.id() + ": " + note).toList();
  }

  private static void compare(String what, Object then, Object now, List<String> to) {
    if (!then.equals(now)) {
      to.add("%s was %s and is %s here".formatted(what, then, now));
    }
  }
}
