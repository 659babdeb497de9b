package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.AdapterDirectory;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.lora.AdapterInitializer;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.AdapterInitializer.Shapes;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelConfig;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterStartTest {

  private static final LoraConfig LORA =
      new LoraConfig(4, 16, LoraScaling.RSLORA, EnumSet.of(TargetModule.Q_PROJ));
  private static final ModelConfig MODEL = ModelDirectory.open("builtin:sluice-tiny").config();

  @TempDir Path temporary;

  @Test
  void anAdapterOfTheSameShapeIsRead() throws IOException {
    AdapterState adapter = adapter(MODEL::shape);
    Path directory = write(adapter);

    AdapterState read = AdapterStart.read(directory, LORA, MODEL);

    assertArrayEquals(adapter.modules().get(0).a().values(), read.modules().get(0).a().values());
  }

  @Test
  void anotherScalingIsNamed() throws IOException {
    Path directory = write(adapter(MODEL::shape));
    LoraConfig classic = new LoraConfig(4, 16, LoraScaling.CLASSIC, LORA.targets());
    assertSays(
        "scaling rslora, modules q_proj, but the configuration says rank 4, alpha 16.0, scaling"
            + " classic",
        assertThrows(
            CommandFailedException.class, () -> AdapterStart.read(directory, classic, MODEL)));
  }

  @Test
  void anAdapterOfAnotherModelIsNamed() throws IOException {
    Path directory = write(adapter(target -> new LinearShape(8, 8)));
    assertSays(
        "model.layers.0.self_attn.q_proj is for a projection of 8 to 8",
        assertThrows(
            CommandFailedException.class, () -> AdapterStart.read(directory, LORA, MODEL)));
  }

  @Test
  void aDirectoryWithoutWeightsIsNamed() throws IOException {
    Path directory = write(adapter(MODEL::shape));
    Files.delete(directory.resolve(PeftFiles.WEIGHTS));
    assertSays(
        "its adapter_model.safetensors cannot be read",
        assertThrows(
            CommandFailedException.class, () -> AdapterStart.read(directory, LORA, MODEL)));
  }

  private static AdapterState adapter(Shapes shapes) {
    return AdapterInitializer.initialize(LORA, MODEL.layers(), shapes, 3);
  }

  private Path write(AdapterState adapter) throws IOException {
    Path directory = temporary.resolve("start");
    AdapterDirectory.write(directory, PeftFiles.write(adapter, "base"), false);
    return directory;
  }
}
