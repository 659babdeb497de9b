package dev.sluice.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.SafetensorsWriter;
import dev.sluice.checkpoint.SafetensorsWriter.Declared;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes a training step for any libtorch: the program, everything that it takes, what it returned
 * here, and a script that runs, checks and times it.
 */
final class StepExport {

  static final String PROGRAM = "step.pt";
  static final String TENSORS = "step.safetensors";
  static final String SCRIPT = "check_step.py";

  private final Map<String, NDArray> tensors = new LinkedHashMap<>();

  /** Adds a tensor. */
  StepExport add(String name, NDArray tensor) {
    tensors.put(name, tensor);
    return this;
  }

  /** Adds the tensors of a list as {@code name.0}, {@code name.1} and so on. */
  StepExport add(String name, NDList list) {
    for (int i = 0; i < list.size(); i++) {
      add(name + "." + i, list.get(i));
    }
    return this;
  }

  /**
   * Writes the files.
   *
   * @param directory exists and is empty
   */
  void write(Path directory, StepProgram program, PtNDManager manager) throws IOException {
    Files.write(directory.resolve(PROGRAM), program.archive());
    try (InputStream script =
        Objects.requireNonNull(StepExport.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      Files.copy(script, directory.resolve(SCRIPT));
    }
    List<Declared> declared = new ArrayList<>();
    tensors.forEach((name, tensor) -> declared.add(declare(name, tensor)));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(directory.resolve(TENSORS), declared)) {
      for (NDArray tensor : tensors.values()) {
        try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
          writer.write(program.bytes(tensor, scratch).toByteBuffer());
        }
      }
    }
  }

  private static Declared declare(String name, NDArray tensor) {
    Dtype dtype =
        switch (tensor.getDataType()) {
          case FLOAT32 -> Dtype.F32;
          case UNKNOWN -> Dtype.BF16; // DJL has no name for it, and nothing else is without one
          case INT64 -> Dtype.I64;
          case INT8 -> Dtype.I8;
          case UINT8 -> Dtype.U8;
          default -> throw new IllegalStateException("a tensor of " + tensor.getDataType());
        };
    return new Declared(name, dtype, Arrays.stream(tensor.getShape().getShape()).boxed().toList());
  }
}
