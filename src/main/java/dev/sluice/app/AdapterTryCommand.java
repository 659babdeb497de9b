package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.TrialModel.Answer;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.lora.AdapterState;
import dev.sluice.model.ModelDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks an adapter. */
@Command(
    name = "try",
    description = {
      "Answers prompts with an adapter: token by token the most likely one, until end-of-text."
          + " A prompt is taken as the prompt of an example is; --chat puts it into the model's"
          + " chat template.",
      "",
      "Without --prompt each line of stdin is one, and \\n in a line stands for a line break. This"
          + " is for a look at an adapter: every token takes a pass over all that came before it."
    },
    footer = {
      "  sluice adapter try --dir ./sentiment --prompt $'Sentiment: Acme falls\\nAnswer: '",
      "  sluice adapter try --adapter sentiment --compare --json < prompts.txt",
      "  sluice adapter try --base --model ./SmolLM2-135M --prompt \"Once upon a time\"",
    })
final class AdapterTryCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private AdapterSource source = new AdapterSource();

  @Option(names = "--base", description = "Ask the base model alone.")
  private boolean base;

  @Option(names = "--compare", description = "Ask the base model alone too, and show both answers.")
  private boolean compare;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "The prompt, taken as it is.")
  private @Nullable String prompt;

  @Option(
      names = "--chat",
      description = "The prompt is a user's turn in the model's chat template.")
  private boolean chat;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Tokens of the longest answer; ${DEFAULT-VALUE} by default.")
  private int maxTokens = 32;

  @Option(names = "--json", description = "Print a line of JSON for each prompt.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    requireTogether();
    SluiceConfig config = options.config(model.overrides());
    ModelDirectory directory = BaseModels.open(config.modelDir());
    AdapterState adapter = base ? TrialModel.noAdapter(directory) : source.read(config, directory);
    try (TrialModel trial = TrialModel.open(config, directory, adapter)) {
      return prompt == null ? askLines(trial) : ask(trial, prompt, "the prompt");
    }
  }

  private void requireTogether() {
    if (base && (compare || source.isNamed())) {
      throw new ParameterException(
          spec.commandLine(),
          "--base asks no adapter; leave it out, or --compare, --dir and --adapter");
    }
    if (maxTokens < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-tokens must be at least 1 but was " + maxTokens);
    }
  }

  private int askLines(TrialModel trial) throws IOException {
    if (Terminal.isInteractive()) {
      spec.commandLine().getErr().println("One prompt a line; Ctrl-D ends.");
      spec.commandLine().getErr().flush();
    }
    int exitCode = 0;
    // Not closed: it is the process's, not ours.
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        exitCode |= ask(trial, line.replace("\\n", "\n"), "line " + number);
      }
    }
    return exitCode;
  }

  /** Returns the exit code. */
  private int ask(TrialModel trial, String text, String name) {
    try {
      int[] ids = chat ? trial.chat(text) : trial.prompt(text);
      Answer answer = trial.answer(ids, maxTokens);
      @Nullable Answer before = compare ? trial.baseAnswer(ids, maxTokens) : null;
      print(answer, before);
      return 0;
    } catch (UnusableExampleException e) {
      spec.commandLine().getErr().println(name + ": " + e.getMessage());
      return 1;
    }
  }

  private void print(Answer answer, @Nullable Answer before) {
    Output out = new Output(spec);
    if (json) {
      ObjectNode node = node(answer);
      if (before != null) {
        node.set("base", node(before));
      }
      out.line(node.toString());
    } else if (before == null) {
      out.line(answer.text());
    } else {
      out.line("base:    " + before.text());
      out.line("adapter: " + answer.text());
    }
    spec.commandLine().getOut().flush();
  }

  private static ObjectNode node(Answer answer) {
    return Output.object()
        .put("answer", answer.text())
        .put("tokens", answer.tokens())
        .put("end", answer.end().name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
