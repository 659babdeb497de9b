package dev.sluice.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.SafetensorsFile;
import dev.sluice.checkpoint.SafetensorsWriter;
import dev.sluice.checkpoint.SafetensorsWriter.Declared;
import dev.sluice.checkpoint.TensorInfo;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.Matrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes files of weights with the adapter in them, some rows at a time: memory does not grow with
 * the model.
 */
final class MergedWeights implements AutoCloseable {

  /** Of a weight that are read at a time; a multiple of every element's size. */
  private static final int PIECE_BYTES = 1 << 26;

  private final PtNDManager manager;
  private final StepProgram program;
  private final Optional<Dtype> dtype;
  private final LongConsumer listener;
  private final int pieceBytes;
  private final Map<String, LoraModule> modules = new HashMap<>();
  private long written;

  private MergedWeights(
      PtNDManager manager,
      StepProgram program,
      AdapterState adapter,
      Optional<Dtype> dtype,
      LongConsumer listener,
      int pieceBytes) {
    this.manager = manager;
    this.program = program;
    this.dtype = dtype;
    this.listener = listener;
    this.pieceBytes = pieceBytes;
    adapter.modules().forEach(module -> modules.put(weightOf(module), module));
  }

  /**
   * @param dtype of all weights; empty for each one's own
   * @param listener is told after every piece how many bytes are written
   */
  static MergedWeights open(
      ModelConfig model, AdapterState adapter, Optional<Dtype> dtype, LongConsumer listener) {
    return open(model, adapter, dtype, listener, PIECE_BYTES);
  }

  static MergedWeights open(
      ModelConfig model,
      AdapterState adapter,
      Optional<Dtype> dtype,
      LongConsumer listener,
      int pieceBytes) {
    Engine engine = Libtorch.engine();
    PtNDManager manager = (PtNDManager) engine.newBaseManager(ComputeDevice.of("cpu", engine));
    try {
      StepProgram program =
          StepProgram.load(
              manager,
              model,
              adapter.config(),
              new StepProgram.Optimizer(0, 1, false, Quantization.NONE));
      return new MergedWeights(manager, program, adapter, dtype, listener, pieceBytes);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The weight that a module of an adapter is added to. */
  static String weightOf(LoraModule module) {
    return module.path() + ".weight";
  }

  /** What a tensor is written in; integers stay what they are. */
  static Dtype dtype(TensorInfo info, Optional<Dtype> dtype) {
    boolean weight =
        switch (info.dtype()) {
          case F32, F16, BF16 -> true;
          case I64, I8, U8 -> false;
        };
    return weight ? dtype.orElse(info.dtype()) : info.dtype();
  }

  /** Writes a file anew, its tensors in the order that they stand there. */
  void write(SafetensorsFile file, Path target) throws IOException {
    List<Map.Entry<String, TensorInfo>> tensors =
        file.tensors().entrySet().stream()
            .sorted(Comparator.comparingLong(tensor -> tensor.getValue().begin()))
            .toList();
    List<Declared> declared =
        tensors.stream()
            .map(
                tensor ->
                    new Declared(
                        tensor.getKey(),
                        dtype(tensor.getValue(), dtype),
                        tensor.getValue().shape()))
            .toList();
    try (SafetensorsWriter out =
        SafetensorsWriter.create(target, declared, Map.of("format", "pt"))) {
      for (Map.Entry<String, TensorInfo> tensor : tensors) {
        Source source = new Source(file, tensor.getKey(), tensor.getValue());
        @Nullable LoraModule module = modules.get(tensor.getKey());
        if (module == null) {
          copy(source, out);
        } else {
          merge(source, module, out);
        }
      }
    }
  }

  /** A tensor to be read. */
  private record Source(SafetensorsFile file, String name, TensorInfo info) {
    ByteBuffer map(long from, long bytes) throws IOException {
      return file.map(name, from, bytes);
    }
  }

  private void copy(Source source, SafetensorsWriter out) throws IOException {
    TensorInfo info = source.info();
    Dtype to = dtype(info, dtype);
    for (long from = 0; from < info.bytes(); from += pieceBytes) {
      ByteBuffer piece = source.map(from, Math.min(pieceBytes, info.bytes() - from));
      if (to == info.dtype()) {
        write(piece, out);
        continue;
      }
      try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
        NDArray converted = program.decode(raw(piece, scratch), info.dtype(), to);
        write(program.bytes(converted, scratch).toByteBuffer(), out);
      }
    }
  }

  private void merge(Source source, LoraModule module, SafetensorsWriter out) throws IOException {
    TensorInfo info = source.info();
    long rowBytes = (long) module.a().columns() * info.dtype().bytes();
    int rows = module.b().rows();
    int rowsAPiece = (int) Math.max(1, pieceBytes / rowBytes);
    try (PtNDManager whole = (PtNDManager) manager.newSubManager()) {
      NDArray a = rows(module.a(), 0, module.a().rows(), whole);
      for (int row = 0; row < rows; row += rowsAPiece) {
        int count = Math.min(rowsAPiece, rows - row);
        try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
          ByteBuffer piece = source.map(row * rowBytes, count * rowBytes);
          NDArray w = program.decode(raw(piece, scratch), info.dtype(), Dtype.F32);
          NDArray b = rows(module.b(), row, row + count, scratch);
          NDArray merged = program.merge(w, a, b, dtype(info, dtype));
          write(program.bytes(merged, scratch).toByteBuffer(), out);
        }
      }
    }
  }

  private void write(ByteBuffer piece, SafetensorsWriter out) throws IOException {
    written += piece.remaining();
    out.write(piece);
    listener.accept(written);
  }

  private static NDArray raw(ByteBuffer piece, PtNDManager scratch) {
    return scratch.create(piece, new Shape(piece.remaining()), DataType.UINT8);
  }

  private static NDArray rows(Matrix matrix, int from, int to, PtNDManager owner) {
    int columns = matrix.columns();
    float[] values = Arrays.copyOfRange(matrix.values(), from * columns, to * columns);
    return owner.create(values, new Shape(to - from, columns));
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }
}
