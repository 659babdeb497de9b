package dev.sluice.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.data.ExampleText;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.ExampleText.Conversation;
import dev.sluice.data.ExampleText.Message;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.Tokenizer;
import dev.sluice.data.UnusableExampleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The model's own tokenizer. Prompt and completion are encoded apart and joined, so that the
 * boundary between them never depends on their text; the completion ends with end-of-text.
 */
public final class HuggingFaceTokens implements Tokenizer, AutoCloseable {

  /** What to do with an example that is longer than the limit. */
  public enum Overflow {
    /** The example is rejected. */
    REJECT,
    /** The middle of the prompt is cut out; its start, its end and the completion stay. */
    CUT
  }

  /** When a sequence begins with the beginning-of-text token. */
  public enum Bos {
    /** If the tokenizer says so. */
    AUTO,
    NEVER
  }

  /**
   * How texts become tokens.
   *
   * @param maxLength the longest sequence, in tokens
   */
  public record Options(int maxLength, Bos bos, Overflow overflow) {}

  private static final JsonMapper JSON = new JsonMapper();

  private final HuggingFaceTokenizer tokenizer;
  private final ChatTemplate chatTemplate;
  private final Options options;
  private final int[] beginning;
  private final int endOfText;
  private final int vocabulary;
  private final Set<Integer> ends;

  private HuggingFaceTokens(
      HuggingFaceTokenizer tokenizer,
      ChatTemplate chatTemplate,
      Options options,
      int[] beginning,
      int endOfText,
      Set<Integer> ends,
      int vocabulary) {
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.options = options;
    this.beginning = beginning;
    this.endOfText = endOfText;
    this.ends = Set.copyOf(ends);
    this.vocabulary = vocabulary;
  }

  /**
   * @throws UnsupportedModelException if the directory's tokenizer cannot be used
   */
  public static HuggingFaceTokens open(ModelDirectory model, Options options) {
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              model.tokenizer(),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
      int endOfText = endOfText(model, tokenizer);
      return new HuggingFaceTokens(
          tokenizer,
          ChatTemplate.read(model),
          options,
          options.bos() == Bos.AUTO ? beginning(tokenizer) : new int[0],
          endOfText,
          ends(model, endOfText),
          model.config().vocabulary());
    } catch (IOException e) {
      throw new UnsupportedModelException(
          "the tokenizer " + model.tokenizer() + " cannot be read", e);
    }
  }

  @Override
  public TokenSequence encode(ExampleText text) throws UnusableExampleException {
    if (text instanceof Completion c) {
      return join(List.of(new Segment(c.prompt(), false), new Segment(c.completion(), true)), true);
    }
    return join(chatTemplate.segments((Conversation) text), false);
  }

  /**
   * A prompt as an example has it before its completion.
   *
   * @throws UnusableExampleException if it leaves no room for an answer, or is nothing
   */
  public int[] prompt(String prompt) throws UnusableExampleException {
    return requireRoom(concatenate(List.of(beginning, encode(prompt))));
  }

  /**
   * A conversation up to where the assistant's turn begins, in the model's chat template.
   *
   * @throws UnusableExampleException if it leaves no room for an answer, or there is no template
   */
  public int[] prompt(List<Message> messages) throws UnusableExampleException {
    return requireRoom(encode(chatTemplate.prompt(messages)));
  }

  /** The text of an answer, without special tokens. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** Whether an answer ends here: end-of-text, or what the model's configuration names as such. */
  public boolean isEnd(int id) {
    return ends.contains(id);
  }

  /** The number of tokens a sequence may have. */
  public int maxLength() {
    return options.maxLength();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** A piece of an example's text, with loss or without. */
  record Segment(String text, boolean target) {
    @Override
    public String toString() {
      return "Segment[%d characters, %s]".formatted(text.length(), target ? "target" : "context");
    }
  }

  private TokenSequence join(List<Segment> segments, boolean plain)
      throws UnusableExampleException {
    List<int[]> pieces = new ArrayList<>();
    List<Boolean> targets = new ArrayList<>();
    if (plain) { // a chat template writes its own beginning and end
      pieces.add(beginning);
      targets.add(false);
    }
    for (Segment segment : segments) {
      pieces.add(encode(segment.text()));
      targets.add(segment.target());
    }
    if (plain) {
      pieces.add(new int[] {endOfText});
      targets.add(true);
    }
    int length = pieces.stream().mapToInt(p -> p.length).sum();
    requireContextAndTarget(pieces, targets);
    if (length > options.maxLength()) {
      cutPrompt(pieces, length, plain);
    }
    return concatenate(pieces, targets);
  }

  private static void requireContextAndTarget(List<int[]> pieces, List<Boolean> targets)
      throws UnusableExampleException {
    List<Boolean> kinds =
        IntStream.range(0, pieces.size())
            .filter(i -> pieces.get(i).length > 0)
            .mapToObj(targets::get)
            .toList();
    if (!kinds.contains(true)) {
      throw new UnusableExampleException(
          "has no target token: no turn is the assistant's, or the chat template leaves it out");
    }
    if (kinds.get(0)) {
      throw new UnusableExampleException(
          "the prompt is empty, so nothing predicts the first target token");
    }
  }

  private void cutPrompt(List<int[]> pieces, int length, boolean plain)
      throws UnusableExampleException {
    if (options.overflow() == Overflow.REJECT || !plain) {
      throw new UnusableExampleException(
          "has %,d tokens, more than the %,d that fit (tokens.max.length or the model's context)"
              .formatted(length, options.maxLength()));
    }
    int prompt = pieces.get(1).length;
    int keep = prompt - (length - options.maxLength());
    if (keep < 1) {
      throw new UnusableExampleException(
          "its completion alone has %,d tokens, which leaves no room for a prompt among %,d"
              .formatted(length - prompt, options.maxLength()));
    }
    int[] kept = Arrays.copyOf(pieces.get(1), keep);
    int tail = keep / 2;
    System.arraycopy(pieces.get(1), prompt - tail, kept, keep - tail, tail);
    pieces.set(1, kept);
  }

  private int[] requireRoom(int[] prompt) throws UnusableExampleException {
    if (prompt.length == 0) {
      throw new UnusableExampleException("the prompt is empty, so nothing can follow it");
    }
    if (prompt.length >= options.maxLength()) {
      throw new UnusableExampleException(
          "has %,d tokens, which leaves no room for an answer among the %,d that fit (tokens.max.length or the model's context)"
              .formatted(prompt.length, options.maxLength()));
    }
    return prompt;
  }

  private static TokenSequence concatenate(List<int[]> pieces, List<Boolean> targets) {
    int[] ids = concatenate(pieces);
    boolean[] target = new boolean[ids.length];
    int at = 0;
    for (int i = 0; i < pieces.size(); i++) {
      int end = at + pieces.get(i).length;
      Arrays.fill(target, at, end, targets.get(i));
      at = end;
    }
    return new TokenSequence(ids, target);
  }

  private static int[] concatenate(List<int[]> pieces) {
    return pieces.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /** A tokenizer can know more tokens than the model has embeddings for. */
  private int[] encode(String text) throws UnusableExampleException {
    int[] ids = toInts(tokenizer.encode(text, false, false).getIds());
    for (int id : ids) {
      if (id >= vocabulary) {
        throw new UnusableExampleException(
            "has a token (%d) that the base model, with a vocabulary of %d, does not know"
                .formatted(id, vocabulary));
      }
    }
    return ids;
  }

  /** What the tokenizer puts before a text of its own accord. */
  private static int[] beginning(HuggingFaceTokenizer tokenizer) {
    int[] bare = toInts(tokenizer.encode("a", false, false).getIds());
    int[] dressed = toInts(tokenizer.encode("a", true, false).getIds());
    for (int start = 0; start + bare.length <= dressed.length; start++) {
      if (Arrays.equals(bare, Arrays.copyOfRange(dressed, start, start + bare.length))) {
        return Arrays.copyOf(dressed, start);
      }
    }
    return new int[0];
  }

  private static int endOfText(ModelDirectory model, HuggingFaceTokenizer tokenizer)
      throws IOException {
    JsonNode named = json(model.file("tokenizer_config.json")).path("eos_token");
    String content = text(named.isObject() ? named.path("content") : named);
    if (!content.isEmpty()) {
      long[] ids = tokenizer.encode(content, false, false).getIds();
      if (ids.length == 1) {
        return (int) ids[0];
      }
    }
    JsonNode id = json(model.file("config.json")).path("eos_token_id");
    JsonNode first = id.isArray() ? id.path(0) : id;
    if (!first.isInt()) {
      throw new UnsupportedModelException(
          model.name() + " names no end-of-text token: set eos_token in tokenizer_config.json");
    }
    return first.asInt();
  }

  /** Chat models end a turn with other tokens than a text. */
  private static Set<Integer> ends(ModelDirectory model, int endOfText) throws IOException {
    Set<Integer> ends = new TreeSet<>(Set.of(endOfText));
    for (String file : List.of("config.json", "generation_config.json")) {
      JsonNode named = json(model.file(file)).path("eos_token_id");
      for (JsonNode id : named.isArray() ? named : JSON.createArrayNode().add(named)) {
        if (id.isInt()) {
          ends.add(id.asInt());
        }
      }
    }
    return ends;
  }

  static JsonNode json(Path file) throws IOException {
    return Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : JSON.createObjectNode();
  }

  /** The text of a node; empty if it is missing or null, which Jackson would spell out. */
  static String text(JsonNode node) {
    return node.asText("");
  }

  private static int[] toInts(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
