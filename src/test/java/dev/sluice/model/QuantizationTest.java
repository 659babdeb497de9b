package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.RsLoraModel.Options;
import dev.sluice.model.RsLoraModel.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationTest {

  private static final LoraConfig LORA =
      new LoraConfig(3, 8, LoraScaling.RSLORA, EnumSet.allOf(TargetModule.class));

  @TempDir Path directory;

  /** A value of the grid that a weight is stored on, by its place in the weight. */
  private interface Grid {
    double at(int row, int column, int columns, Random random);
  }

  @Test
  void weightsOnTheGridOfInt8ComputeAsTheyAre() throws IOException {
    Grid int8 = (row, column, columns, random) -> (column == 0 ? 127 : random.nextInt(255) - 127);
    assertComputesAsInFp32(onGrid(RandomModel.tied(1), int8, 1 / 256.0), Quantization.INT8);
  }

  /** The second model's weights do not fill their last block. */
  @Test
  void weightsOnTheGridOfNf4ComputeAsTheyAre() throws IOException {
    float[] levels = Quantization.levels();
    Grid nf4 =
        (row, column, columns, random) ->
            levels[(row * columns + column) % 64 == 0 ? 15 : random.nextInt(16)];
    assertComputesAsInFp32(onGrid(RandomModel.tied(2), nf4, 0.5), Quantization.NF4);
    assertComputesAsInFp32(onGrid(RandomModel.untied(3), nf4, 0.5), Quantization.NF4);
  }

  /** Relative to the loss in fp32, on a model whose weights are random: the worst case. */
  @ParameterizedTest
  @CsvSource({"INT8, FP32, 0.02", "INT8, BF16, 0.06", "NF4, FP32, 0.2", "NF4, BF16, 0.2"})
  void aQuantisedModelLearnsTheBatchLikeFp32(
      Quantization quantization, Precision precision, double tolerance) throws IOException {
    RandomModel random = RandomModel.tied(4);
    MicroBatch batch = batch(new Random(5));
    try (RsLoraModel exact = load(random, Precision.FP32, Quantization.NONE, false);
        RsLoraModel model = load(random, precision, quantization, false)) {
      for (int step = 0; step < 30; step++) {
        double expected = exact.step(batch, 5e-3).lossNats();
        double actual = model.step(batch, 5e-3).lossNats();
        assertEquals(expected, actual, tolerance * (0.2 + expected), "loss of step " + step);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void recomputeChangesNotABit(Quantization quantization) throws IOException {
    RandomModel random = RandomModel.tied(6);
    MicroBatch batch = batch(new Random(7));
    try (RsLoraModel kept = load(random, Precision.FP32, quantization, false);
        RsLoraModel recomputed = load(random, Precision.FP32, quantization, true)) {
      List<LoraModule> expected = kept.gradients(batch);
      List<LoraModule> actual = recomputed.gradients(batch);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i).b().values(), actual.get(i).b().values());
      }
    }
  }

  private void assertComputesAsInFp32(RandomModel random, Quantization quantization)
      throws IOException {
    MicroBatch batch = batch(new Random(8));
    try (RsLoraModel exact = load(random, Precision.FP32, Quantization.NONE, false);
        RsLoraModel model = load(random, Precision.FP32, quantization, false)) {
      assertTrue(distance(model.logits(batch), exact.logits(batch)) < 1e-6);
      List<LoraModule> expected = exact.gradients(batch);
      List<LoraModule> actual = model.gradients(batch);
      for (int i = 0; i < expected.size(); i++) {
        float[] b = expected.get(i).b().values();
        assertTrue(distance(actual.get(i).b().values(), b) < 1e-5, expected.get(i).path());
      }
    }
  }

  private RsLoraModel load(
      RandomModel random, Precision precision, Quantization quantization, boolean recompute)
      throws IOException {
    AdapterState fresh =
        AdapterInitializer.initialize(LORA, random.config().layers(), random.config()::shape, 1);
    return RsLoraModel.load(
        random.write(directory),
        fresh,
        new Options(0.01, 1.0, 64, 1, "cpu", precision, quantization, recompute));
  }

  private static RandomModel onGrid(RandomModel model, Grid grid, double scale) {
    Random random = new Random(9);
    Map<String, double[][]> weights = new LinkedHashMap<>(model.weights());
    weights.replaceAll(
        (name, rows) -> name.contains("_proj") ? onGrid(rows, grid, scale, random) : rows);
    return new RandomModel(model.config(), weights);
  }

  private static double[][] onGrid(double[][] rows, Grid grid, double scale, Random random) {
    double[][] values = new double[rows.length][rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < rows[row].length; column++) {
        values[row][column] = scale * grid.at(row, column, rows[row].length, random);
      }
    }
    return values;
  }

  private static MicroBatch batch(Random random) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int[] ids = random.ints(10 + i, 0, 40).toArray();
      boolean[] target = new boolean[ids.length];
      target[ids.length - 1] = true;
      examples.add(
          new TokenizedExample(
              new LabelledExample("i", "a", "t", new Completion("p", "c"), "s", null, null, 1),
              new TokenSequence(ids, target),
              new SourcePosition("train", 0, i)));
    }
    return new MicroBatch(examples);
  }

  /** ‖a − b‖ / ‖b‖. */
  private static double distance(float[] actual, float[] expected) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / size);
  }
}
