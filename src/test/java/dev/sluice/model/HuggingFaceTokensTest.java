package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.ExampleText.Conversation;
import dev.sluice.data.ExampleText.Message;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.UnusableExampleException;
import dev.sluice.model.HuggingFaceTokens.Bos;
import dev.sluice.model.HuggingFaceTokens.Options;
import dev.sluice.model.HuggingFaceTokens.Overflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTokensTest {

  private static final int BEGINNING = 1;
  private static final int END = 2;
  private static final String PROMPT = "Shares of Acme fell 12% after the profit warning.";
  private static final Options DEFAULTS = new Options(512, Bos.AUTO, Overflow.REJECT);

  private static ModelDirectory model;
  private static HuggingFaceTokenizer plain;

  @TempDir Path directory;

  @BeforeAll
  static void open() throws IOException {
    model = ModelDirectory.open("builtin:sluice-tiny");
    plain =
        HuggingFaceTokenizer.newInstance(
            model.tokenizer(), Map.of("truncation", "false", "padding", "false"));
  }

  @AfterAll
  static void close() {
    plain.close();
  }

  @Test
  void promptCompletionAndEndOfTextFollowOneAnother() throws Exception {
    int[] prompt = ids(PROMPT);
    int[] completion = ids(" negative");
    TokenSequence tokens = encode(DEFAULTS, PROMPT, " negative");
    assertArrayEquals(join(prompt, completion, new int[] {END}), tokens.ids());
    for (int t = 0; t < tokens.length(); t++) {
      assertEquals(t >= prompt.length, tokens.target()[t], "target at " + t);
    }
  }

  @Test
  void theBoundaryDoesNotDependOnTheText() throws Exception {
    // Encoded as one text, "posi" + "tive" could become the token of "positive".
    TokenSequence tokens = encode(DEFAULTS, "posi", "tive");
    assertArrayEquals(join(ids("posi"), ids("tive"), new int[] {END}), tokens.ids());
    assertFalse(Arrays.equals(join(ids("positive"), new int[] {END}), tokens.ids()));
  }

  @Test
  void aTokenizerThatWritesABeginningGetsOneUnlessItIsForbidden() throws Exception {
    JsonNode template =
        new JsonMapper()
            .readTree(
                """
                {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                            {"Sequence": {"id": "A", "type_id": 0}}],
                 "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                          {"Sequence": {"id": "B", "type_id": 1}}],
                 "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
                """);
    ModelDirectory with =
        TinyModel.in(directory).with("tokenizer.json", "post_processor", template).open();
    int[] bare = join(ids(PROMPT), ids("x"), new int[] {END});

    assertArrayEquals(join(new int[] {BEGINNING}, bare), encode(with, DEFAULTS, PROMPT, "x").ids());
    Options never = new Options(512, Bos.NEVER, Overflow.REJECT);
    assertArrayEquals(bare, encode(with, never, PROMPT, "x").ids());
    assertFalse(encode(with, DEFAULTS, PROMPT, "x").target()[0]);
  }

  /** Added tokens often have ids above the rows of the embedding. */
  @Test
  void aTokenThatTheModelHasNoEmbeddingForRejectsTheExample() throws Exception {
    ModelDirectory small =
        TinyModel.in(directory)
            .with("config.json", "vocab_size", new JsonMapper().readTree("300"))
            .open();
    assertSays(
        "with a vocabulary of 300, does not know",
        assertThrows(
            UnusableExampleException.class, () -> encode(small, DEFAULTS, PROMPT, "positive")));
  }

  @Test
  void aPromptIsWhatAnExampleBeginsWith() throws Exception {
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(model, DEFAULTS)) {
      int[] prompt = tokens.prompt(PROMPT);
      int[] example = encode(DEFAULTS, PROMPT, " negative").ids();
      assertArrayEquals(prompt, Arrays.copyOf(example, prompt.length));
      int[] answer = Arrays.copyOfRange(example, prompt.length, example.length);
      assertEquals(" negative", tokens.decode(answer), "without end-of-text");
      assertSays(
          "the prompt is empty",
          assertThrows(UnusableExampleException.class, () -> tokens.prompt("")));
    }
  }

  @Test
  void aConversationsPromptIsWhatTheAssistantsTurnFollows() throws Exception {
    ModelDirectory chat =
        TinyModel.in(directory)
            .withChatTemplate(
                "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
                    + "{% if add_generation_prompt %}<assistant>{% endif %}")
            .open();
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(chat, DEFAULTS)) {
      Message question = new Message("user", PROMPT);
      int[] prompt = tokens.prompt(List.of(question));
      int[] example =
          tokens
              .encode(new Conversation(List.of(question, new Message("assistant", "negative"))))
              .ids();
      assertArrayEquals(prompt, Arrays.copyOf(example, prompt.length));
    }
  }

  @Test
  void aPromptThatFillsTheContextLeavesNoRoom() throws Exception {
    int length = ids(PROMPT).length;
    Options tight = new Options(length, Bos.AUTO, Overflow.REJECT);
    Options enough = new Options(length + 1, Bos.AUTO, Overflow.REJECT);
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(model, tight);
        HuggingFaceTokens roomy = HuggingFaceTokens.open(model, enough)) {
      assertSays(
          "no room for an answer",
          assertThrows(UnusableExampleException.class, () -> tokens.prompt(PROMPT)));
      assertEquals(length, roomy.prompt(PROMPT).length);
    }
  }

  @Test
  void anAnswerEndsWithWhateverTheModelNamesAsAnEnd() throws Exception {
    JsonNode two = new JsonMapper().readTree("[2, 77]");
    Path file = directory.resolve("generation_config.json");
    TinyModel tiny = TinyModel.in(directory);
    Files.writeString(file, "{}");
    ModelDirectory several =
        tiny.with("generation_config.json", "eos_token_id", two)
            .with("config.json", "eos_token_id", new JsonMapper().readTree("5"))
            .open();
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(several, DEFAULTS)) {
      int[] ends = IntStream.range(0, 100).filter(tokens::isEnd).toArray();
      assertArrayEquals(new int[] {END, 5, 77}, ends);
    }
  }

  @Test
  void endOfTextComesFromTheModelWhereTheTokenizerNamesNone() throws Exception {
    ModelDirectory unnamed =
        TinyModel.in(directory)
            .with("tokenizer_config.json", "eos_token", NullNode.getInstance())
            .with("config.json", "eos_token_id", new JsonMapper().readTree("[7, 2]"))
            .open();
    int[] ids = encode(unnamed, DEFAULTS, PROMPT, "x").ids();
    assertEquals(7, ids[ids.length - 1]);
  }

  @Test
  void aModelWithoutEndOfTextIsRefusedWithTheRemedy() throws Exception {
    ModelDirectory without =
        TinyModel.in(directory)
            .with("tokenizer_config.json", "eos_token", NullNode.getInstance())
            .with("config.json", "eos_token_id", NullNode.getInstance())
            .open();
    assertSays(
        "set eos_token in tokenizer_config.json",
        assertThrows(
            UnsupportedModelException.class, () -> HuggingFaceTokens.open(without, DEFAULTS)));
  }

  @Test
  void anExampleThatIsExactlyAsLongAsTheLimitFits() throws Exception {
    int length = encode(DEFAULTS, PROMPT, "x").length();
    for (Overflow overflow : Overflow.values()) {
      assertEquals(length, encode(new Options(length, Bos.AUTO, overflow), PROMPT, "x").length());
    }
  }

  @Test
  void aTooLongExampleIsRejectedWithItsLengthAndTheSetting() throws Exception {
    int length = encode(DEFAULTS, PROMPT, "x").length();
    Throwable failure = unusable(new Options(length - 1, Bos.AUTO, Overflow.REJECT), PROMPT, "x");
    assertSays("has %d tokens, more than the %d".formatted(length, length - 1), failure);
    assertSays("tokens.max.length", failure);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void cuttingTakesTheMiddleOfThePromptAndNothingElse(int tooMany) throws Exception {
    int[] prompt = ids(PROMPT);
    int[] rest = join(ids(" negative"), new int[] {END});
    int limit = prompt.length + rest.length - tooMany;
    TokenSequence tokens = encode(new Options(limit, Bos.AUTO, Overflow.CUT), PROMPT, " negative");

    int kept = prompt.length - tooMany;
    int tail = kept / 2;
    int[] start = Arrays.copyOf(prompt, kept - tail);
    int[] end = Arrays.copyOfRange(prompt, prompt.length - tail, prompt.length);
    assertArrayEquals(join(start, end, rest), tokens.ids());
    assertEquals(limit, tokens.length());
    assertEquals(rest.length, tokens.targetTokens());
  }

  @Test
  void cuttingLeavesAtLeastOneTokenOfThePrompt() throws Exception {
    int[] rest = join(ids(" negative"), new int[] {END});
    TokenSequence tokens =
        encode(new Options(rest.length + 1, Bos.AUTO, Overflow.CUT), PROMPT, " negative");
    assertArrayEquals(join(new int[] {ids(PROMPT)[0]}, rest), tokens.ids());
  }

  @Test
  void aCompletionThatAloneIsTooLongIsNeverCut() throws Exception {
    int target = ids(PROMPT).length + 1;
    Throwable failure = unusable(new Options(target, Bos.AUTO, Overflow.CUT), "Why?", PROMPT);
    assertSays("its completion alone has %d tokens".formatted(target), failure);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyPromptPredictsNothing(Overflow overflow) {
    assertSays("the prompt is empty", unusable(new Options(512, Bos.AUTO, overflow), "", "x"));
  }

  @Test
  void anEmptyCompletionStillTeachesToStop() throws Exception {
    TokenSequence tokens = encode(DEFAULTS, PROMPT, "");
    assertEquals(1, tokens.targetTokens());
    assertEquals(END, tokens.ids()[tokens.length() - 1]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"€ 5 Mrd. für Käufe", "株価は上昇した", "📈🚀", "a\u0000b", "\ud800"})
  void anyTextBecomesTokensOfTheVocabulary(String text) throws Exception {
    TokenSequence tokens = encode(DEFAULTS, text, text);
    assertEquals(0, IntStream.of(tokens.ids()).filter(id -> id < 0 || id >= 4096).count());
  }

  @Test
  void noReasonShowsTheText() {
    Throwable failure = unusable(new Options(4, Bos.AUTO, Overflow.REJECT), PROMPT, PROMPT);
    assertFalse(String.valueOf(failure.getMessage()).contains("Acme"), failure.getMessage());
  }

  private static TokenSequence encode(Options options, String prompt, String completion)
      throws UnusableExampleException {
    return encode(model, options, prompt, completion);
  }

  private static TokenSequence encode(
      ModelDirectory of, Options options, String prompt, String completion)
      throws UnusableExampleException {
    try (HuggingFaceTokens tokens = HuggingFaceTokens.open(of, options)) {
      return tokens.encode(new Completion(prompt, completion));
    }
  }

  private static Throwable unusable(Options options, String prompt, String completion) {
    return assertThrows(UnusableExampleException.class, () -> encode(options, prompt, completion));
  }

  private static int[] ids(String text) {
    return Arrays.stream(plain.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
