package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.data.ExampleText.Conversation;
import dev.sluice.data.ExampleText.Message;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.model.HuggingFaceTokens.Bos;
import dev.sluice.model.HuggingFaceTokens.Options;
import dev.sluice.model.HuggingFaceTokens.Overflow;
import dev.sluice.model.HuggingFaceTokens.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {

  private static final String TEMPLATE =
      """
      {% for message in messages %}
      [{{ message['role'] }}]{{ message['content'] }}[end]
      {% endfor %}
      {% if add_generation_prompt %}
      [assistant]
      {%- endif %}
      """;

  private static final Message SYSTEM = new Message("system", "Be brief.");
  private static final Message QUESTION = new Message("user", "Up or down?");
  private static final Message ANSWER = new Message("assistant", "up");

  @TempDir Path directory;
  private TinyModel tiny;

  @BeforeEach
  void copy() throws IOException {
    tiny = TinyModel.in(directory);
  }

  @Test
  void onlyWhatTheAssistantSaysCarriesLoss() throws Exception {
    tiny.withChatTemplate(TEMPLATE);
    assertEquals(
        List.of(
            new Segment("[system]Be brief.[end]\n[user]Up or down?[end]\n[assistant]", false),
            new Segment("up[end]\n", true)),
        segments(SYSTEM, QUESTION, ANSWER));
  }

  @Test
  void everyTurnOfTheAssistantCarriesLossAndNoneOfTheUsers() throws Exception {
    tiny.withChatTemplate(TEMPLATE);
    List<Segment> segments =
        segments(
            QUESTION,
            ANSWER,
            new Message("user", "Sure?"),
            new Message("assistant", "yes"),
            new Message("user", "Thanks, never answered"));
    assertEquals(
        List.of(
            new Segment("[user]Up or down?[end]\n[assistant]", false),
            new Segment("up[end]\n", true),
            new Segment("[user]Sure?[end]\n[assistant]", false),
            new Segment("yes[end]\n", true)),
        segments);
  }

  @Test
  void tokensAreThoseOfTheSegmentsWithoutAnotherBeginningOrEnd() throws Exception {
    tiny.withChatTemplate(TEMPLATE);
    TokenSequence tokens = encode(QUESTION, ANSWER);
    int context = length("[user]Up or down?[end]\n[assistant]");
    int target = length("up[end]\n");
    assertEquals(context + target, tokens.length());
    assertEquals(target, tokens.targetTokens());
    assertFalse(tokens.target()[context - 1]);
    assertTrue(tokens.target()[context]);
  }

  @Test
  void theTemplateMayLieInTheTokenizersConfiguration() throws Exception {
    tiny.with("tokenizer_config.json", "chat_template", TextNode.valueOf(TEMPLATE));
    assertEquals(2, segments(QUESTION, ANSWER).size());
  }

  @Test
  void ofSeveralNamedTemplatesTheDefaultCounts() throws Exception {
    JsonNode named =
        new JsonMapper()
            .createArrayNode()
            .add(template("tool_use", "{{ raise_exception('tools') }}"))
            .add(template("default", TEMPLATE));
    tiny.with("tokenizer_config.json", "chat_template", named);
    assertEquals(2, segments(QUESTION, ANSWER).size());
  }

  @Test
  void theTemplatesOwnFileCountsMore() throws Exception {
    tiny.with("tokenizer_config.json", "chat_template", TextNode.valueOf("other"))
        .withChatTemplate(TEMPLATE);
    assertEquals(new Segment("up[end]\n", true), segments(QUESTION, ANSWER).get(1));
  }

  @Test
  void specialTokensAreThereAndOneThatIsNullIsEmpty() throws Exception {
    tiny.with("tokenizer_config.json", "bos_token", NullNode.getInstance())
        .withChatTemplate("{{ bos_token }}{{ eos_token }}" + TEMPLATE);
    assertTrue(segments(QUESTION, ANSWER).get(0).text().startsWith("</s>[user]"));
  }

  @Test
  void aModelWithoutATemplateTakesNoConversations() {
    assertSays(
        "this base model has no chat template, which messages need; send prompt and completion",
        unusable(QUESTION, ANSWER));
  }

  @Test
  void aTemplateThatIsNullIsNone() throws Exception {
    tiny.with("tokenizer_config.json", "chat_template", NullNode.getInstance());
    assertSays("no chat template", unusable(QUESTION, ANSWER));
  }

  @Test
  void aTemplateThatRaisesMakesTheExampleUnusableAndShowsNoText() throws Exception {
    tiny.withChatTemplate(
        "{% if messages[0]['role'] == 'system' %}"
            + "{{ raise_exception('no system turn: ' + messages[0]['content']) }}{% endif %}"
            + TEMPLATE);
    assertEquals(2, segments(QUESTION, ANSWER).size());
    Throwable failure = unusable(SYSTEM, QUESTION, ANSWER);
    assertSays("the model's chat template refuses this conversation", failure);
    assertFalse(String.valueOf(failure.getMessage()).contains(SYSTEM.content()));
  }

  @Test
  void aTemplateThatIsBrokenMakesTheExampleUnusable() throws Exception {
    tiny.withChatTemplate("{% for message in messages %}{{ message.content ");
    assertSays("chat template", unusable(QUESTION, ANSWER));
  }

  @Test
  void aTemplateThatRewritesEarlierTurnsMakesTheExampleUnusable() throws Exception {
    tiny.withChatTemplate("{{ messages | length }}" + TEMPLATE);
    assertSays("rewrites earlier turns", unusable(QUESTION, ANSWER));
  }

  @Test
  void aConversationThatBeginsWithTheAssistantUnannouncedIsUnusable() throws Exception {
    tiny.withChatTemplate("{% for m in messages %}{{ m['content'] }}{% endfor %}");
    assertSays("nothing predicts the first target token", unusable(ANSWER, QUESTION, ANSWER));
  }

  @Test
  void aConversationWithoutTheAssistantTeachesNothing() throws Exception {
    tiny.withChatTemplate(TEMPLATE);
    assertSays("no target token", unusable(SYSTEM, QUESTION));
  }

  @Test
  void aTemplateThatLeavesOutTheAssistantTeachesNothing() throws Exception {
    tiny.withChatTemplate(
        "{% for m in messages %}{% if m['role'] == 'user' %}{{ m['content'] }}{% endif %}"
            + "{% endfor %}");
    assertSays("no target token", unusable(QUESTION, ANSWER));
  }

  @Test
  void textThatLooksLikeATemplateIsNotRendered() throws Exception {
    tiny.withChatTemplate(TEMPLATE);
    Message sly = new Message("user", "{{ 6 * 7 }}{% raw %}");
    assertTrue(segments(sly, ANSWER).get(0).text().contains("{{ 6 * 7 }}{% raw %}"));
  }

  @Test
  void aConversationIsNeverCut() throws Exception {
    tiny.withChatTemplate(TEMPLATE);
    Options small = new Options(8, Bos.AUTO, Overflow.CUT);
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(tiny.open(), small)) {
      Conversation conversation = new Conversation(List.of(QUESTION, ANSWER));
      assertSays(
          "more than the 8 that fit",
          assertThrows(UnusableExampleException.class, () -> tokens.encode(conversation)));
    }
  }

  @Test
  void aSegmentShowsNoText() {
    assertEquals(
        "[Segment[2 characters, target], Segment[3 characters, context]]",
        List.of(new Segment("up", true), new Segment("abc", false)).stream()
            .map(Segment::toString)
            .collect(Collectors.joining(", ", "[", "]")));
  }

  private List<Segment> segments(Message... messages) throws IOException, UnusableExampleException {
    return ChatTemplate.read(tiny.open()).segments(new Conversation(List.of(messages)));
  }

  private TokenSequence encode(Message... messages) throws UnusableExampleException {
    Options options = new Options(512, Bos.AUTO, Overflow.REJECT);
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(tiny.open(), options)) {
      return tokens.encode(new Conversation(List.of(messages)));
    }
  }

  private Throwable unusable(Message... messages) {
    return assertThrows(UnusableExampleException.class, () -> encode(messages));
  }

  /** How many tokens the text has by itself. */
  private int length(String text) throws IOException {
    try (var plain =
        HuggingFaceTokenizer.newInstance(
            tiny.open().tokenizer(), Map.of("truncation", "false", "padding", "false"))) {
      return plain.encode(text, false, false).getIds().length;
    }
  }

  private static JsonNode template(String name, String template) {
    return new JsonMapper().createObjectNode().put("name", name).put("template", template);
  }
}
