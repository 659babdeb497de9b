package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.model.MemoryEstimate;
import dev.sluice.model.ModelConfig;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.ParameterCount;
import dev.sluice.model.RsLoraModel;

/**
 * What a trainer would do, found out without training: no weight is loaded, nothing on Kafka moves.
 *
 * @param setup what the estimate of the memory is for
 */
record DryRun(
    SluiceConfig config,
    String modelName,
    ModelConfig model,
    ParameterCount parameters,
    MemoryEstimate.Setup setup,
    MemoryEstimate memory,
    KafkaLook kafka) {

  /**
   * @param acceptReshape whether an adapter of another shape would be changed
   */
  static DryRun of(SluiceConfig config, boolean acceptReshape) {
    config.signatures().read(); // a key that cannot be read would keep a trainer from starting
    ModelDirectory directory = BaseModels.open(config.modelDir());
    ModelConfig model = directory.config();
    MemoryEstimate.Setup setup = setup(config, directory);
    requireUsable(config, directory, setup.positions());
    return new DryRun(
        config,
        directory.name(),
        model,
        ParameterCount.of(model, config.lora()),
        setup,
        MemoryEstimate.of(model, config.lora(), setup),
        KafkaLook.at(config, acceptReshape));
  }

  /** Whether a trainer could start. */
  boolean isClear() {
    return kafka.problem() == null;
  }

  /** What a trainer would open beside the weights; each says what is wrong with it. */
  private static void requireUsable(SluiceConfig config, ModelDirectory directory, int longest) {
    RsLoraModel.isOnGpu(config.device());
    TrainingSetup.tokens(config, directory, longest).close();
    config
        .adapterStart()
        .ifPresent(start -> AdapterStart.read(start, config.lora(), directory.config()));
  }

  /** For the fullest step that the batch's limits allow. */
  private static MemoryEstimate.Setup setup(SluiceConfig config, ModelDirectory directory) {
    int longest = TrainingSetup.maxLength(config.tokens(), directory);
    long rows = Math.min(config.batch().maxTokens(), (long) config.batch().maxExamples() * longest);
    return new MemoryEstimate.Setup(
        TrainingSetup.precision(config),
        config.quantization(),
        config.recompute(),
        longest,
        (int) rows,
        MemoryEstimate.Setup.targetsOf((int) rows));
  }
}
