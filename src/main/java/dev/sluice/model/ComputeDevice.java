package dev.sluice.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.util.cuda.CudaUtils;
import java.util.OptionalLong;

/** Chooses where a model lives and computes: {@code compute.device}. */
final class ComputeDevice {

  private static final String AUTO = "auto";
  private static final String CPU = "cpu";
  private static final String CUDA = "cuda:";

  private ComputeDevice() {}

  /**
   * @param name {@code auto}, {@code cpu} or {@code cuda:} and a number
   * @throws UnsupportedModelException saying what is missing, if there is no such GPU
   */
  static Device of(String name, Engine engine) {
    boolean withCuda = engine.hasCapability(StandardCapabilities.CUDA);
    if (name.equals(AUTO)) {
      return withCuda ? Device.gpu(0) : Device.cpu();
    }
    if (name.equals(CPU)) {
      return Device.cpu();
    }
    int number = Integer.parseInt(name.substring(CUDA.length()));
    if (!withCuda) {
      throw new UnsupportedModelException(
          ("compute.device is %s, but libtorch sees no GPU: check nvidia-smi; libtorch must be one"
               + " for CUDA (set PYTORCH_LIBRARY_PATH to the torch/lib directory of PyTorch %s, and"
               + " PYTORCH_FLAVOR to cu128); or set compute.device to cpu")
              .formatted(name, engine.getVersion()));
    }
    int gpus = CudaUtils.getGpuCount(); // 0 if DJL does not find the CUDA runtime: then unknown
    if (gpus > 0 && number >= gpus) {
      throw new UnsupportedModelException(
          "compute.device is %s, but CUDA sees %d GPUs here; check nvidia-smi and CUDA_VISIBLE_DEVICES, or set compute.device to cpu"
              .formatted(name, gpus));
    }
    return Device.gpu(number);
  }

  /** How the configuration calls a device. */
  static String name(Device device) {
    return device.isGpu() ? CUDA + device.getDeviceId() : CPU;
  }

  /**
   * Bytes of a GPU's memory that are in use, by anybody; empty for a CPU, and where DJL does not
   * find the CUDA runtime, which libtorch brings under another name.
   */
  static OptionalLong usedBytes(Device device) {
    return device.isGpu() && CudaUtils.hasCuda()
        ? OptionalLong.of(CudaUtils.getGpuMemory(device).getUsed())
        : OptionalLong.empty();
  }
}
