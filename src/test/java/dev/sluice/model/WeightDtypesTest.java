package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.data.Examples;
import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightDtypesTest {

  private static final LoraConfig LORA =
      new LoraConfig(2, 4, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"F16", "BF16"})
  void halfPrecisionWeightsLoadAsTheirExactFp32Values(Dtype dtype) throws IOException {
    RandomModel random = RandomModel.untied(31);
    double half = loss(random, dtype);
    assertEquals(loss(random.rounded(dtype), Dtype.F32), half);
    assertNotEquals(loss(random, Dtype.F32), half, "rounding must show");
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"F16", "BF16"})
  void halfPrecisionWeightsGiveTheReferencesLoss(Dtype dtype) throws IOException {
    RandomModel random = RandomModel.tied(32);
    RandomModel rounded = random.rounded(dtype);
    double expected =
        new ReferenceLlama(rounded.config(), rounded.weights())
            .loss(batch(), LORA, adapter(rounded).modules());
    assertEquals(expected, loss(random, dtype), 1e-5);
  }

  @Test
  void shardsLoadAsOneFileDoes() throws IOException {
    RandomModel random = RandomModel.untied(33);
    double whole = loss(random, Dtype.F32);
    Files.delete(directory.resolve("model.safetensors"));
    assertEquals(whole, loss(random.writeShards(directory), random));
  }

  @Test
  void theTestsRoundingIsThatOfIeee754() {
    assertArrayEquals(
        new byte[] {0, 0x3c, 0, (byte) 0xc0, (byte) 0xff, 0x7b, 1, 0, 0x66, 0x2e},
        Floats.encode(new double[] {1, -2, 65504, 0x1p-24, 0.1}, Dtype.F16));
    assertArrayEquals(
        new byte[] {(byte) 0x80, 0x3f, 0, (byte) 0xc0, (byte) 0xcd, 0x3d},
        Floats.encode(new double[] {1, -2, 0.1}, Dtype.BF16));
    for (float value : new float[] {0, -0f, Float.MIN_VALUE, 0.1f, -3e38f}) {
      int bits = Float.floatToRawIntBits(value);
      byte[] expected = {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)};
      assertArrayEquals(expected, Floats.encode(new double[] {value}, Dtype.F32));
    }
  }

  private double loss(RandomModel random, Dtype dtype) throws IOException {
    return loss(random.write(directory, dtype), random);
  }

  private static double loss(ModelDirectory model, RandomModel random) {
    try (RsLoraModel loaded =
        RsLoraModel.load(model, adapter(random), new RsLoraModel.Options(0, 1, 64, 1))) {
      double loss = loaded.step(batch(), 1e-3).lossNats();
      assertTrue(Double.isFinite(loss));
      return loss;
    }
  }

  private static AdapterState adapter(RandomModel random) {
    return AdapterInitializer.initialize(LORA, random.config().layers(), random.config()::shape, 5);
  }

  private static MicroBatch batch() {
    return new MicroBatch(List.of(Examples.tokenized(0, 6), Examples.tokenized(1, 4)));
  }
}
