package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import dev.sluice.data.ExampleText.Conversation;
import dev.sluice.data.ExampleText.Message;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.model.HuggingFaceTokens.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's chat template: conversations to text, and which part of that text the assistant said.
 *
 * <p>The template comes from {@code chat_template.jinja} or {@code tokenizer_config.json}, rendered
 * with the settings that Transformers uses.
 */
final class ChatTemplate {

  private final Jinjava jinja =
      new Jinjava(
          JinjavaConfig.newBuilder()
              .withTrimBlocks(true)
              .withLstripBlocks(true)
              .withNestedInterpretationEnabled(false) // what a message says is data
              .build());
  private final String template;
  private final Map<String, String> specialTokens;

  private ChatTemplate(String template, Map<String, String> specialTokens) {
    this.template = template;
    this.specialTokens = specialTokens;
  }

  /** The template of a model; one without a template refuses every conversation. */
  static ChatTemplate read(ModelDirectory model) throws IOException {
    JsonNode config = HuggingFaceTokens.json(model.file("tokenizer_config.json"));
    Map<String, String> special = new HashMap<>();
    for (String name : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
      JsonNode token = config.path(name);
      special.put(name, HuggingFaceTokens.text(token.isObject() ? token.path("content") : token));
    }
    Path file = model.file("chat_template.jinja");
    String template = Files.exists(file) ? Files.readString(file) : template(config);
    return new ChatTemplate(template, special);
  }

  private static String template(JsonNode config) {
    JsonNode template = config.path("chat_template");
    for (JsonNode named : template) { // several, by name
      if (named.path("name").asText().equals("default")) {
        return HuggingFaceTokens.text(named.path("template"));
      }
    }
    return HuggingFaceTokens.text(template);
  }

  /** The rendered conversation in order; what an assistant turn added carries the loss. */
  List<Segment> segments(Conversation conversation) throws UnusableExampleException {
    List<Segment> segments = new ArrayList<>();
    String done = "";
    List<Message> messages = conversation.messages();
    for (int i = 0; i < messages.size(); i++) {
      if (!messages.get(i).role().equals("assistant")) {
        continue;
      }
      String before = render(messages.subList(0, i), true);
      String after = render(messages.subList(0, i + 1), false);
      if (!before.startsWith(done) || !after.startsWith(before)) {
        throw new UnusableExampleException(
            "the model's chat template rewrites earlier turns, so the assistant's part of turn "
                + (i + 1)
                + " cannot be told apart");
      }
      if (before.length() > done.length()) {
        segments.add(new Segment(before.substring(done.length()), false));
      }
      segments.add(new Segment(after.substring(before.length()), true));
      done = after;
    }
    return segments;
  }

  /** The rendered conversation up to where the assistant's turn begins. */
  String prompt(List<Message> messages) throws UnusableExampleException {
    return render(messages, true);
  }

  private String render(List<Message> messages, boolean addGenerationPrompt)
      throws UnusableExampleException {
    if (template.isEmpty()) {
      throw new UnusableExampleException(
          "this base model has no chat template, which messages need; send prompt and completion");
    }
    Map<String, Object> context = new HashMap<>(specialTokens);
    context.put(
        "messages",
        messages.stream().map(m -> Map.of("role", m.role(), "content", m.content())).toList());
    context.put("add_generation_prompt", addGenerationPrompt);
    try {
      RenderResult result = jinja.renderForResult(template, context);
      if (result.getErrors().stream().anyMatch(e -> e.getSeverity() == ErrorType.FATAL)) {
        throw new UnusableExampleException("the model's chat template refuses this conversation");
      }
      return result.getOutput();
    } catch (InterpretException e) {
      throw new UnusableExampleException("the model's chat template refuses this conversation");
    }
  }
}
