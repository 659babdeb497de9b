package dev.sluice.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.TensorInfo;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.model.ModelDirectory.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Brings weights from their mapped file into native memory, in the element type to compute in; the
 * heap is not touched.
 *
 * @param pieceBytes how much is mapped at a time, as a buffer of Java's ends at 2 GiB; a multiple
 *     of 4
 */
record WeightDecoder(StepProgram program, int pieceBytes) {

  static final int PIECE_BYTES = 1 << 30;

  /**
   * Decodes a weight of floating-point numbers.
   *
   * @param scratch owns the result and what it takes to make it
   */
  NDArray decode(Weight weight, Dtype to, PtNDManager scratch) throws IOException {
    TensorInfo info = weight.info();
    NDList pieces = new NDList();
    for (long from = 0; from < info.bytes(); from += pieceBytes) {
      ByteBuffer bytes = weight.map(from, Math.min(pieceBytes, info.bytes() - from));
      NDArray raw = scratch.create(bytes, new Shape(bytes.remaining()), DataType.UINT8);
      pieces.add(program.decode(raw, info.dtype(), to));
    }
    NDArray whole = pieces.size() == 1 ? pieces.get(0) : NDArrays.concat(pieces);
    return whole.reshape(shape(info.shape()));
  }

  private static Shape shape(List<Long> dimensions) {
    return new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
  }
}
