package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.SafetensorsFile;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.LabelledExample;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.SourcePosition;
import dev.sluice.data.TokenSequence;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.RsLoraModel.Options;
import dev.sluice.model.RsLoraModel.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepExportTest {

  private static final LoraConfig LORA =
      new LoraConfig(2, 4, LoraScaling.RSLORA, Set.of(TargetModule.Q_PROJ));
  private static final MicroBatch BATCH =
      new MicroBatch(
          List.of(
              new TokenizedExample(
                  new LabelledExample("i", "a", "t", new Completion("p", "c"), "s", null, null, 1),
                  new TokenSequence(new int[] {1, 2, 3}, new boolean[] {false, false, true}),
                  new SourcePosition("train", 0, 0))));

  @TempDir Path model;
  @TempDir Path out;

  private RandomModel random;

  @BeforeEach
  void write() throws IOException {
    random = RandomModel.tied(1);
    random.write(model);
  }

  @Test
  void theFileHasWhatTheStepTakesAndReturned() throws IOException {
    try (RsLoraModel step = load(Precision.FP32, Quantization.NONE)) {
      step.export(BATCH, 1e-3, out);
      double loss = step.step(BATCH, 1e-3).lossNats();

      SafetensorsFile file = SafetensorsFile.open(out.resolve(StepExport.TENSORS));
      assertEquals(loss, file.map("result").getFloat(0));
      assertEquals(List.of(2L, 16L), file.tensors().get("adapter.0").shape());
      assertEquals(Dtype.I64, file.tensors().get("batch").dtype());
      assertEquals(2, file.map("batch").getLong(0), "rows");
      float[] embedding = new float[40 * 16];
      file.map("frozen.18").asFloatBuffer().get(embedding);
      assertEquals((float) random.weights().get("model.embed_tokens.weight")[3][5], embedding[53]);
    }
    assertTrue(Files.size(out.resolve(StepExport.PROGRAM)) > 0);
    assertTrue(Files.readString(out.resolve(StepExport.SCRIPT)).contains("torch.jit.load"));
  }

  @Test
  void theModelStaysAsItWas() throws IOException {
    try (RsLoraModel step = load(Precision.FP32, Quantization.NONE)) {
      step.step(BATCH, 1e-3);
      float[] before = step.adapter().modules().get(0).b().values();
      step.export(BATCH, 1e-3, out);
      assertArrayEquals(before, step.adapter().modules().get(0).b().values());
      assertEquals(1, step.optimizer().updates());
    }
  }

  @ParameterizedTest
  @EnumSource
  void weightsOfEveryTypeAreWritten(Quantization quantization) throws IOException {
    try (RsLoraModel step = load(Precision.BF16, quantization)) {
      step.export(BATCH, 1e-3, out);
    }
    Dtype stored =
        switch (quantization) {
          case NONE -> Dtype.BF16;
          case INT8 -> Dtype.I8;
          case NF4 -> Dtype.U8;
        };
    SafetensorsFile file = SafetensorsFile.open(out.resolve(StepExport.TENSORS));
    assertEquals(stored, file.tensors().get("frozen.2").dtype());
    assertEquals(Dtype.BF16, file.tensors().get("frozen.0").dtype());
  }

  private RsLoraModel load(Precision precision, Quantization quantization) {
    return RsLoraModel.load(
        ModelDirectory.open(model, "random"),
        AdapterInitializer.initialize(LORA, random.config().layers(), random.config()::shape, 1),
        new Options(0, 1, 16, 1, "cpu", precision, quantization, false));
  }
}
