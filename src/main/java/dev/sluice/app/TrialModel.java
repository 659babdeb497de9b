package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.ExampleText.Message;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.GreedyAnswer;
import dev.sluice.model.HuggingFaceTokens;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.RsLoraModel;
import dev.sluice.train.OptimizerState;
import java.util.List;
import java.util.Set;

/** A base model that answers prompts, with an adapter or without. One thread at a time. */
final class TrialModel implements AutoCloseable {

  private final HuggingFaceTokens tokens;
  private final RsLoraModel model;
  private final AdapterState adapter;
  private final AdapterState nothing;
  private boolean adapterIsLoaded = true;

  private TrialModel(HuggingFaceTokens tokens, RsLoraModel model, AdapterState adapter) {
    this.tokens = tokens;
    this.model = model;
    this.adapter = adapter;
    this.nothing = adapter.zerosLike();
  }

  /**
   * An answer.
   *
   * @param tokens of the text
   */
  record Answer(String text, int tokens, GreedyAnswer.End end) {
    @Override
    public String toString() {
      return "Answer[%d tokens, %s]".formatted(tokens, end);
    }
  }

  /** Loads the base model, which takes seconds to minutes. */
  static TrialModel open(SluiceConfig config, ModelDirectory base, AdapterState adapter) {
    int maxLength = TrainingSetup.maxLength(config.tokens(), base);
    return new TrialModel(
        TrainingSetup.tokens(config, base, maxLength),
        TrainingSetup.load(config, base, adapter, maxLength),
        adapter);
  }

  /** The smallest adapter, which changes nothing. */
  static AdapterState noAdapter(ModelDirectory base) {
    LoraConfig least = new LoraConfig(1, 1, LoraScaling.RSLORA, Set.of(TargetModule.Q_PROJ));
    return AdapterInitializer.initialize(least, base.config().layers(), base.config()::shape, 0)
        .zerosLike();
  }

  /** A prompt as it begins an example. */
  int[] prompt(String prompt) throws UnusableExampleException {
    return tokens.prompt(prompt);
  }

  /** A prompt as a user's turn in the model's chat template. */
  int[] chat(String prompt) throws UnusableExampleException {
    return tokens.prompt(List.of(new Message("user", prompt)));
  }

  /** What the model says with its adapter. */
  Answer answer(int[] prompt, int maxTokens) {
    return answer(prompt, maxTokens, true);
  }

  /** What the base model says alone. */
  Answer baseAnswer(int[] prompt, int maxTokens) {
    return answer(prompt, maxTokens, false);
  }

  private Answer answer(int[] prompt, int maxTokens, boolean withAdapter) {
    if (withAdapter != adapterIsLoaded) {
      AdapterState other = withAdapter ? adapter : nothing;
      model.restore(other, OptimizerState.zeros(other));
      adapterIsLoaded = withAdapter;
    }
    GreedyAnswer answer =
        GreedyAnswer.decode(prompt, model::next, tokens::isEnd, maxTokens, tokens.maxLength());
    return new Answer(tokens.decode(answer.ids()), answer.ids().length, answer.end());
  }

  @Override
  public void close() {
    model.close();
    tokens.close();
  }
}
