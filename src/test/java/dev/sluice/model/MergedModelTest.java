package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.checkpoint.SafetensorsFile;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergedModelTest {

  private static final LoraConfig LORA =
      new LoraConfig(3, 8, LoraScaling.RSLORA, EnumSet.allOf(TargetModule.class));

  private final RandomModel random = RandomModel.untied(31);
  private final AdapterState adapter = adapter(LORA);

  @TempDir Path directory;
  private Path base;
  private Path out;

  @BeforeEach
  void makeDirectories() throws IOException {
    base = Files.createDirectory(directory.resolve("base"));
    out = Files.createDirectory(directory.resolve("merged"));
  }

  @ParameterizedTest
  @EnumSource(LoraScaling.class)
  void saysWhatTheBaseModelSaysWithTheAdapter(LoraScaling scaling) throws IOException {
    AdapterState scaled =
        adapter(new LoraConfig(3, 8, scaling, Set.of(TargetModule.V_PROJ, TargetModule.UP_PROJ)));
    ModelDirectory model = random.write(base);

    merge(model, scaled, Optional.empty());

    assertSameLogits(model, scaled);
  }

  @Test
  void keepsTheShardsAndTheirIndex() throws IOException {
    ModelDirectory model = random.writeShards(base);

    merge(model, adapter, Optional.empty());

    assertSameLogits(model, adapter);
    assertEquals(names(base), names(out));
    JsonNode index = json(out.resolve("model.safetensors.index.json"));
    assertEquals(
        json(base.resolve("model.safetensors.index.json")).get("weight_map"),
        index.get("weight_map"));
    long floats = model.weightFiles().values().stream().mapToLong(this::elements).sum();
    assertEquals(4 * floats, index.at("/metadata/total_size").asLong());
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"F32", "F16", "BF16"})
  void weightsAreRoundedOnceToTheDtypeOfTheBase(Dtype dtype) throws IOException {
    ModelDirectory model = random.write(base, dtype);

    merge(model, adapter, Optional.empty());

    assertWeightsWithinRounding(random.rounded(dtype), dtype);
  }

  @Test
  void anotherDtypeHoldsForAllWeightsAndIsSaidInTheConfiguration() throws IOException {
    ModelDirectory model = random.write(base);

    merge(model, adapter, Optional.of(Dtype.BF16));

    assertWeightsWithinRounding(random, Dtype.BF16);
    assertEquals("bfloat16", json(out.resolve("config.json")).get("torch_dtype").asText());
    SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"));
    assertTrue(file.tensors().values().stream().allMatch(t -> t.dtype() == Dtype.BF16));
    byte[] gain = bytes(file.map("model.norm.weight"));
    assertArrayEquals(
        Floats.encode(random.weights().get("model.norm.weight")[0], Dtype.BF16), gain);
  }

  @Test
  void aPieceAtATimeGivesTheSameBytes() throws IOException {
    ModelDirectory model = random.write(base);
    merge(model, adapter, Optional.of(Dtype.BF16));
    Path pieces = directory.resolve("pieces.safetensors");

    List<Long> written = new ArrayList<>();
    try (MergedWeights weights =
        MergedWeights.open(model.config(), adapter, Optional.of(Dtype.BF16), written::add, 64)) {
      weights.write(model.weightFiles().get("model.safetensors"), pieces);
    }

    assertArrayEquals(
        Files.readAllBytes(out.resolve("model.safetensors")), Files.readAllBytes(pieces));
    assertTrue(written.size() > 100, "many pieces");
    assertEquals(2 * elements(model.weightFiles().get("model.safetensors")), last(written));
  }

  @Test
  void copiesWhatAModelNeedsBesideItsWeights() throws IOException {
    ModelDirectory model = random.write(base);
    List<String> copied =
        List.of(
            "tokenizer_config.json",
            "generation_config.json",
            "chat_template.jinja",
            "merges.txt",
            "tokenizer.model",
            "LICENSE");
    List<String> left =
        List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "README.md", ".cache");
    for (String file : Stream.concat(copied.stream(), left.stream()).toList()) {
      Files.writeString(base.resolve(file), "{}");
    }

    merge(model, adapter, Optional.empty());

    Set<String> expected = names(base);
    expected.removeAll(left);
    assertEquals(expected, names(out));
  }

  @Test
  void isReadByTransformers() throws IOException {
    merge(random.write(base), adapter, Optional.empty());

    byte[] file = Files.readAllBytes(out.resolve("model.safetensors"));
    String head = new String(file, 8, 64, StandardCharsets.UTF_8);
    assertTrue(head.startsWith("{\"__metadata__\":{\"format\":\"pt\"}"), head);
  }

  @Test
  void anAdapterOfAnotherShapeIsRefused() throws IOException {
    ModelDirectory model = random.write(base);
    AdapterState other = AdapterInitializer.initialize(LORA, 2, target -> new LinearShape(8, 8), 1);

    assertSays(
        "but the adapter is for [8, 8]",
        assertThrows(
            UnsupportedModelException.class,
            () -> new MergedModel(model, other, Optional.empty())));
  }

  private void merge(ModelDirectory model, AdapterState with, Optional<Dtype> dtype)
      throws IOException {
    MergedModel merged = new MergedModel(model, with, dtype);
    List<Long> written = new ArrayList<>();
    merged.write(out, written::add);
    assertEquals(merged.bytes(), last(written));
  }

  private void assertSameLogits(ModelDirectory model, AdapterState with) throws IOException {
    MicroBatch batch = batch();
    RsLoraModel.Options options = new RsLoraModel.Options(0, 1, 64, 1);
    float[] expected;
    float[] without;
    try (RsLoraModel adapted = RsLoraModel.load(model, with, options)) {
      expected = adapted.logits(batch);
    }
    try (RsLoraModel bare = RsLoraModel.load(model, with.zerosLike(), options)) {
      without = bare.logits(batch);
    }
    try (RsLoraModel merged =
        RsLoraModel.load(ModelDirectory.open(out.toString()), with.zerosLike(), options)) {
      assertArrayEquals(expected, merged.logits(batch), 1e-5f);
    }
    assertTrue(Math.abs(expected[0] - without[0]) > 1e-3, "the adapter does something");
  }

  /** Against W + γ·B·A in double precision. */
  private void assertWeightsWithinRounding(RandomModel of, Dtype dtype) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"));
    for (LoraModule module : adapter.modules()) {
      String name = module.path() + ".weight";
      double[][] w = of.weights().get(name);
      ByteBuffer actual = file.map(name);
      for (int row = 0; row < w.length; row++) {
        for (int column = 0; column < w[row].length; column++) {
          double exact = w[row][column] + LORA.gamma() * product(module, row, column);
          double rounding = unit(dtype) * Math.max(Math.abs(exact), 1e-2) + 1e-6;
          assertEquals(exact, next(actual, dtype), rounding, name);
        }
      }
    }
  }

  private static double product(LoraModule module, int row, int column) {
    double sum = 0;
    for (int k = 0; k < module.a().rows(); k++) {
      sum +=
          (double) module.b().values()[row * module.b().columns() + k]
              * module.a().values()[k * module.a().columns() + column];
    }
    return sum;
  }

  /** Half the distance of two neighbours, relative to them. */
  private static double unit(Dtype dtype) {
    return switch (dtype) {
      case F32 -> 0x1p-24;
      case F16 -> 0x1p-11;
      default -> 0x1p-8; // bf16
    };
  }

  private static double next(ByteBuffer in, Dtype dtype) {
    return switch (dtype) {
      case F32 -> in.getFloat();
      case F16 -> half(in.getShort());
      default -> Float.intBitsToFloat(in.getShort() << 16);
    };
  }

  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1F;
    int mantissa = bits & 0x3FF;
    double size =
        exponent == 0
            ? Math.scalb((double) mantissa, -24)
            : Math.scalb(1024.0 + mantissa, exponent - 25);
    return bits < 0 ? -size : size;
  }

  private AdapterState adapter(LoraConfig lora) {
    AdapterState state = AdapterInitializer.initialize(lora, 2, random.config()::shape, 3);
    Random values = new Random(4);
    for (LoraModule module : state.modules()) {
      for (int i = 0; i < module.b().values().length; i++) {
        module.b().values()[i] = (float) (0.05 * values.nextGaussian());
      }
    }
    return state;
  }

  private static MicroBatch batch() {
    boolean[] target = new boolean[9];
    target[5] = true;
    target[8] = true;
    return new MicroBatch(
        List.of(
            new TokenizedExample(
                new LabelledExample(
                    "id", "a", "task", new Completion("p", "c"), "s", null, null, 1),
                new TokenSequence(new Random(6).ints(9, 0, 40).toArray(), target),
                new SourcePosition("train", 0, 0))));
  }

  private long elements(SafetensorsFile file) {
    return file.tensors().values().stream().mapToLong(info -> info.elements()).sum();
  }

  private static long last(List<Long> written) {
    return written.get(written.size() - 1);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static JsonNode json(Path file) throws IOException {
    return new JsonMapper().readTree(Files.readAllBytes(file));
  }

  private static Set<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
