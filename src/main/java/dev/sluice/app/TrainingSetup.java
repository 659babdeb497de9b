package dev.sluice.app;

import dev.sluice.app.config.OptimizerSettings;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.config.TokenSettings;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Signatures;
import dev.sluice.kafka.AdapterIdentity;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.ClientListener;
import dev.sluice.kafka.TrainerLoop;
import dev.sluice.kafka.VersionReplay;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.RankStability;
import dev.sluice.model.HuggingFaceTokens;
import dev.sluice.model.ModelConfig;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.RsLoraModel;
import dev.sluice.model.RsLoraModel.Precision;
import dev.sluice.train.Trainer;
import dev.sluice.train.TrainerState;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.time.Clock;

/**
 * Everything that training an adapter needs, made from the configuration: base model, tokenizer,
 * fresh adapter, trainer, and the loop around them.
 */
final class TrainingSetup implements AutoCloseable {

  private final SluiceConfig config;
  private final Signatures signatures;
  private final ModelDirectory directory;
  private final HuggingFaceTokens tokens;
  private final AdapterState adapter;
  private final RsLoraModel model;

  private TrainingSetup(
      SluiceConfig config,
      Signatures signatures,
      ModelDirectory directory,
      HuggingFaceTokens tokens,
      AdapterState adapter,
      RsLoraModel model) {
    this.config = config;
    this.signatures = signatures;
    this.directory = directory;
    this.tokens = tokens;
    this.adapter = adapter;
    this.model = model;
  }

  /** Loads the base model, which takes seconds to minutes. */
  static TrainingSetup open(SluiceConfig config) {
    Signatures signatures = config.signatures().read();
    ModelDirectory directory = BaseModels.open(config.modelDir());
    int maxLength = maxLength(config.tokens(), directory);
    AdapterState adapter =
        config
            .adapterStart()
            .map(start -> AdapterStart.read(start, config.lora(), directory.config()))
            .orElseGet(() -> fresh(config, directory.config()));
    RankStability.check(adapter);
    HuggingFaceTokens tokens = tokens(config, directory, maxLength);
    try {
      RsLoraModel model = load(config, directory, adapter, maxLength);
      return new TrainingSetup(config, signatures, directory, tokens, adapter, model);
    } catch (RuntimeException e) {
      tokens.close();
      throw e;
    }
  }

  /** The model's tokenizer as the configuration wants it. */
  static HuggingFaceTokens tokens(SluiceConfig config, ModelDirectory directory, int maxLength) {
    return HuggingFaceTokens.open(
        directory,
        new HuggingFaceTokens.Options(
            maxLength, config.tokens().bos(), config.tokens().overflow()));
  }

  /** The base model in memory, with an adapter of whatever shape. */
  static RsLoraModel load(
      SluiceConfig config, ModelDirectory directory, AdapterState adapter, int maxLength) {
    OptimizerSettings optimizer = config.optimizer();
    return RsLoraModel.load(
        directory,
        adapter,
        new RsLoraModel.Options(
            optimizer.weightDecay(),
            optimizer.gradientClip(),
            maxLength,
            config.computeThreads(),
            config.device(),
            precision(config),
            config.quantization(),
            config.recompute()));
  }

  /** A trainer before its first step. */
  Trainer trainer() {
    OptimizerSettings optimizer = config.optimizer();
    return new Trainer(model, optimizer.schedule(), optimizer.maxSkippedSteps(), System::nanoTime);
  }

  /** The same loop for an adapter that has the shape of the configuration, or is refused. */
  TrainerLoop loop(TrainingListener listener, ClientListener clients, Clock clock)
      throws IOException {
    return loop(false, listener, clients, clock);
  }

  /**
   * The loop on this adapter's partition of the train topic.
   *
   * @param acceptReshape whether an adapter of another rank, alpha or scaling is changed to these
   */
  TrainerLoop loop(
      boolean acceptReshape, TrainingListener listener, ClientListener clients, Clock clock)
      throws IOException {
    return new TrainerLoop(
        config.kafkaClient(),
        config.topics(),
        identity(),
        new TrainerLoop.Start(TrainerState.initial(adapter), acceptReshape),
        new TrainerLoop.Settings(
            config.batch().maxExamples(),
            config.batch().maxTokens(),
            config.batch().linger(),
            config.checkpoint().steps(),
            config.checkpoint().interval()),
        trainer(),
        config.alerts().gradientMonitor(),
        tokens,
        listener,
        clients,
        clock);
  }

  /** Trains versions of this adapter again; closing it leaves this open. */
  VersionReplay replay() throws IOException {
    // How many steps in a row may be skipped is no longer a question: it was trained.
    Trainer trainer =
        new Trainer(model, config.optimizer().schedule(), Integer.MAX_VALUE, System::nanoTime);
    return new VersionReplay(
        config.kafkaClient(),
        config.topics(),
        identity(),
        new TrainerLoop.Start(TrainerState.initial(adapter), true),
        trainer,
        tokens);
  }

  /** How the base model is called in what is published. */
  String modelName() {
    return directory.name();
  }

  RsLoraModel model() {
    return model;
  }

  HuggingFaceTokens tokens() {
    return tokens;
  }

  ModelConfig modelConfig() {
    return directory.config();
  }

  @Override
  public void close() {
    model.close();
    tokens.close();
  }

  private AdapterIdentity identity() throws IOException {
    AdapterRegistry registry =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax());
    return new AdapterIdentity(
        config.adapterName(),
        registry.partitionOf(config.adapterName()),
        new BaseModel(directory.name(), directory.sha256()),
        new Environment(
            Version.text(),
            RsLoraModel.libtorch(),
            RsLoraModel.libtorchFlavor(),
            model.device(),
            Words.of(precision(config)),
            Words.of(config.quantization()),
            CpuCapability.detect(),
            config.computeThreads(),
            config.seed()),
        config.canonical(),
        signatures);
  }

  private static AdapterState fresh(SluiceConfig config, ModelConfig model) {
    return AdapterInitializer.initialize(
        config.lora(), model.layers(), model::shape, config.seed());
  }

  /** What the base model computes in. */
  static Precision precision(SluiceConfig config) {
    return config
        .precision()
        .orElseGet(
            () ->
                RsLoraModel.isOnGpu(config.device()) || CpuCapability.multipliesBf16()
                    ? Precision.BF16
                    : Precision.FP32);
  }

  /** Tokens of the longest example. */
  static int maxLength(TokenSettings tokens, ModelDirectory directory) {
    int context = directory.config().maxPositions();
    if (tokens.maxLength() > context) {
      throw new CommandFailedException(
          "tokens.max.length is %d but the context of %s is %d tokens; lower it, or 0 for the context"
              .formatted(tokens.maxLength(), directory.name(), context));
    }
    return tokens.maxLength() == 0 ? context : tokens.maxLength();
  }
}
