package dev.sluice.model;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ComputeDeviceTest {

  private static final Engine ENGINE = Engine.getEngine("PyTorch");

  @Test
  void theCpuIsTakenWhenAskedFor() {
    assertEquals(Device.cpu(), ComputeDevice.of("cpu", ENGINE));
    assertEquals("cpu", ComputeDevice.name(Device.cpu()));
    assertEquals("cuda:1", ComputeDevice.name(Device.gpu(1)));
    assertEquals(OptionalLong.empty(), ComputeDevice.usedBytes(Device.cpu()));
  }

  @Test
  void aLibraryThatDoesNotLoadIsNamedWithItsVariable() {
    assertEquals("libtorch cannot be loaded (no space)", Libtorch.message("no space", null));
    assertTrue(
        Libtorch.message("libcuda.so.1: cannot open", "/torch/lib")
            .startsWith(
                "libtorch in PYTORCH_LIBRARY_PATH=/torch/lib cannot be loaded (libcuda.so.1: cannot"
                    + " open)"));
  }

  @Test
  void withoutCudaAutoIsTheCpuAndAGpuIsRefusedWithWhatIsMissing() {
    assumeFalse(ENGINE.hasCapability(StandardCapabilities.CUDA));
    assertEquals(Device.cpu(), ComputeDevice.of("auto", ENGINE));
    assertSays(
        "compute.device is cuda:0, but libtorch sees no GPU: check nvidia-smi",
        assertThrows(UnsupportedModelException.class, () -> ComputeDevice.of("cuda:0", ENGINE)));
  }
}
