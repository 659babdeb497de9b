package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.lora.AdapterState;
import dev.sluice.train.TrainerState;
import java.util.List;
import java.util.Map;

/**
 * Turns a manifest back into a trainer's state, if it fits the base model and the configuration.
 */
record Restore(CheckpointStore store, AdapterIdentity identity) {

  private static final List<String> SHAPE_KEYS =
      List.of("lora.rank", "lora.alpha", "lora.scaling", "lora.target.modules");

  /**
   * @param shape an adapter of the shape that the model expects
   * @throws AdapterMismatchException if the manifest was made for another one
   */
  TrainerState state(Manifest manifest, AdapterState shape) {
    requireSameModel(manifest);
    requireSameShape(manifest, identity.configuration());
    int layers = shape.modules().size() / shape.config().targets().size();
    byte[] weights = store.fetch(manifest, PeftFiles.WEIGHTS).content();
    AdapterState adapter = PeftFiles.readWeights(weights, shape.config(), layers);
    return TrainerStateFile.read(store.fetch(manifest, TrainerStateFile.NAME).content(), adapter);
  }

  private void requireSameModel(Manifest manifest) {
    if (!manifest.baseModel().sha256().equals(identity.baseModel().sha256())) {
      throw new AdapterMismatchException(
          ("adapter %s was trained on base model %s (SHA-256 %s) but model.dir holds %s (SHA-256"
                  + " %s); set model.dir to the former, or adapter.name to a new adapter")
              .formatted(
                  manifest.id(),
                  manifest.baseModel().name(),
                  manifest.baseModel().sha256(),
                  identity.baseModel().name(),
                  identity.baseModel().sha256()));
    }
  }

  /**
   * @param configuration every key with its effective value
   * @throws AdapterMismatchException if the manifest's adapter has another shape
   */
  static void requireSameShape(Manifest manifest, Map<String, String> configuration) {
    for (String key : SHAPE_KEYS) {
      String before = manifest.configuration().get(key);
      String now = configuration.get(key);
      if (before != null && !before.equals(now)) {
        throw new AdapterMismatchException(
            "adapter %s was trained with %s=%s but the configuration says %s; set it back, or set adapter.name to a new adapter"
                .formatted(manifest.id(), key, before, now));
      }
    }
  }
}
