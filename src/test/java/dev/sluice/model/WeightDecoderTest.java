package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelDirectory.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightDecoderTest {

  private static final LoraConfig LORA =
      new LoraConfig(2, 4, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));

  @TempDir Path directory;

  /** As a weight of more than 2 GiB has to be. */
  @ParameterizedTest
  @CsvSource({"F32, 4", "F32, 1000", "F16, 12", "BF16, 36"})
  void aWeightInPiecesIsTheWeight(Dtype dtype, int pieceBytes) throws IOException {
    RandomModel random = RandomModel.tied(1).rounded(dtype);
    Weight weight = random.write(directory, dtype).weight("model.embed_tokens.weight");
    try (PtNDManager manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();
        StepProgram program =
            StepProgram.load(
                manager,
                random.config(),
                LORA,
                new StepProgram.Optimizer(0, 1, false, Quantization.NONE))) {
      NDArray decoded = new WeightDecoder(program, pieceBytes).decode(weight, Dtype.F32, manager);
      assertEquals(new Shape(40, 16), decoded.getShape());
      assertArrayEquals(flat(random.weights().get(weight.tensor())), decoded.toFloatArray());
    }
  }

  private static float[] flat(double[][] rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return values;
  }
}
