package dev.sluice.kafka;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.TrainerStateFile;
import dev.sluice.checkpoint.UntrustedManifestException;
import dev.sluice.lora.AdapterReshape;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.serde.ManifestSeal;
import dev.sluice.train.OptimizerState;
import dev.sluice.train.TrainerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a manifest back into a trainer's state, if it fits the base model and the configuration.
 */
record Restore(CheckpointStore store, AdapterIdentity identity) {

  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);

  /**
   * @param start the shape that the model expects, and whether an adapter of another one is changed
   * @throws AdapterMismatchException if the manifest was made for another one
   * @throws UntrustedManifestException if it was changed, or is not signed by a trusted key: going
   *     on from it would put our name to it
   */
  TrainerState state(Manifest manifest, TrainerLoop.Start start) {
    ManifestSeal.check(manifest, store.parentOf(manifest), identity.signatures().trusted());
    requireSameModel(manifest);
    AdapterState shape = start.fresh().adapter();
    LoraConfig trained = PeftFiles.readConfig(store.fetch(manifest, PeftFiles.CONFIG).content());
    AdapterReshape reshape =
        new ShapeChange(manifest, trained, shape.config()).require(start.acceptReshape());
    int layers = shape.modules().size() / shape.config().targets().size();
    byte[] weights = store.fetch(manifest, PeftFiles.WEIGHTS).content();
    AdapterState adapter = PeftFiles.readWeights(weights, trained, layers);
    TrainerState state =
        TrainerStateFile.read(store.fetch(manifest, TrainerStateFile.NAME).content(), adapter);
    return reshape.changesNothing() ? state : reshaped(state, manifest, reshape);
  }

  /** The steps go on; AdamW begins anew, and with it the warm-up of the learning rate. */
  TrainerState reshaped(TrainerState state, Manifest manifest, AdapterReshape reshape) {
    AdapterState adapter = reshape.apply(state.adapter(), identity.environment().seed());
    LOG.atInfo()
        .addKeyValue("adapter", manifest.id())
        .addKeyValue("rankBefore", reshape.before().rank())
        .addKeyValue("rank", reshape.after().rank())
        .addKeyValue("gammaBefore", reshape.before().gamma())
        .addKeyValue("gamma", reshape.after().gamma())
        .log("Adapter reshaped");
    return new TrainerState(state.step(), adapter, OptimizerState.zeros(adapter));
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
}
