package dev.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.SafetensorsFile;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What Transformers and PEFT compute for one tiny model: {@code golden/generate.py} made it and
 * says what each file holds.
 */
record GoldenCase(Path directory) {

  private static final JsonMapper JSON = new JsonMapper();

  String name() {
    return String.valueOf(directory.getFileName());
  }

  JsonNode expectations() throws IOException {
    return JSON.readTree(Files.readAllBytes(directory.resolve("expect.json")));
  }

  /** Transformers saves a model without tokenizer; these cases need none. */
  ModelDirectory model(Path scratch) throws IOException {
    Path copy = Files.createDirectories(scratch.resolve(name()));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(directory.resolve("model").resolve(file), copy.resolve(file));
    }
    Files.writeString(copy.resolve("tokenizer.json"), "{}");
    return ModelDirectory.open(copy.toString());
  }

  AdapterState adapter(int layers) throws IOException {
    LoraConfig config = PeftFiles.readConfig(read("adapter", PeftFiles.CONFIG));
    return PeftFiles.readWeights(read("adapter", PeftFiles.WEIGHTS), config, layers);
  }

  /** The batch with loss where the labels say. */
  MicroBatch batch() throws IOException {
    long[] labels = integers("labels");
    int width = width();
    return batch((row, t) -> labels[row * width + t] != -100);
  }

  /** The batch so that every token of it has logits: one token follows each example. */
  MicroBatch everywhere() throws IOException {
    List<TokenizedExample> examples = new ArrayList<>();
    for (TokenizedExample example : batch().examples()) {
      int[] ids = Arrays.copyOf(example.tokens().ids(), example.tokens().length() + 1);
      boolean[] target = new boolean[ids.length];
      Arrays.fill(target, 1, target.length, true);
      examples.add(example(new TokenSequence(ids, target)));
    }
    return new MicroBatch(examples);
  }

  /** The rows of {@code name} [batch, sequence, width] where the attention mask is 1. */
  float[] unmasked(String name) throws IOException {
    float[] all = floats(name);
    long[] mask = integers("attention_mask");
    int width = all.length / mask.length;
    float[] kept = new float[(int) Arrays.stream(mask).sum() * width];
    int at = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == 1) {
        System.arraycopy(all, i * width, kept, at, width);
        at += width;
      }
    }
    return kept;
  }

  float[] floats(String name) throws IOException {
    var buffer = expected().map(name).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private interface IsTarget {
    boolean test(int row, int t);
  }

  private MicroBatch batch(IsTarget isTarget) throws IOException {
    long[] ids = integers("input_ids");
    long[] mask = integers("attention_mask");
    int width = width();
    List<TokenizedExample> examples = new ArrayList<>();
    for (int row = 0; row < ids.length / width; row++) {
      int length = (int) Arrays.stream(mask, row * width, (row + 1) * width).sum();
      int[] tokens = new int[length];
      boolean[] target = new boolean[length];
      for (int t = 0; t < length; t++) {
        tokens[t] = (int) ids[row * width + t];
        target[t] = isTarget.test(row, t);
      }
      examples.add(example(new TokenSequence(tokens, target)));
    }
    return new MicroBatch(examples);
  }

  private int width() throws IOException {
    return expected().tensors().get("input_ids").shape().get(1).intValue();
  }

  private long[] integers(String name) throws IOException {
    var buffer = expected().map(name).asLongBuffer();
    long[] values = new long[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private SafetensorsFile expected() throws IOException {
    return SafetensorsFile.open(directory.resolve("expect.safetensors"));
  }

  private byte[] read(String part, String file) throws IOException {
    return Files.readAllBytes(directory.resolve(part).resolve(file));
  }

  private static TokenizedExample example(TokenSequence tokens) {
    return new TokenizedExample(
        new LabelledExample("id", "a", "task", new Completion("p", "c"), "s", null, null, 1),
        tokens,
        new SourcePosition("golden", 0, 0));
  }
}
