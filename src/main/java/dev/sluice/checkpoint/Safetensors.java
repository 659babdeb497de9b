package dev.sluice.checkpoint;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.Matrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Small safetensors files in memory, fp32: adapters and optimizer moments. The same content gives
 * the same bytes.
 *
 * @param tensors by name
 */
record Safetensors(Map<String, Matrix> tensors, Map<String, String> metadata) {

  byte[] toBytes() {
    TreeMap<String, Matrix> sorted = new TreeMap<>(tensors);
    Map<String, TensorInfo> infos = new TreeMap<>();
    long at = 0;
    for (Map.Entry<String, Matrix> entry : sorted.entrySet()) {
      Matrix matrix = entry.getValue();
      List<Long> shape = List.of((long) matrix.rows(), (long) matrix.columns());
      long end = at + 4L * matrix.values().length;
      infos.put(entry.getKey(), new TensorInfo(Dtype.F32, shape, at, end));
      at = end;
    }
    byte[] header = new SafetensorsHeader(infos, metadata).toBytes();
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(8 + header.length + at)).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(header.length).put(header);
    for (Matrix matrix : sorted.values()) {
      out.asFloatBuffer().put(matrix.values());
      out.position(out.position() + 4 * matrix.values().length);
    }
    return out.array();
  }

  /**
   * Reads what {@link #toBytes} wrote, or PEFT did; fp16 and bf16 become fp32.
   *
   * @param file how errors call it
   * @throws SafetensorsException if the bytes are not a sound file of floating-point matrices
   */
  static Safetensors parse(byte[] bytes, String file) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 8 || in.getLong(0) < 2 || in.getLong(0) > bytes.length - 8) {
      throw new SafetensorsException(file + ": the header's length is not sound");
    }
    byte[] json = new byte[(int) in.getLong()];
    in.get(json);
    int start = in.position();
    SafetensorsHeader header = SafetensorsHeader.parse(json, bytes.length - start, file);
    Map<String, Matrix> tensors = new TreeMap<>();
    header
        .tensors()
        .forEach((name, info) -> tensors.put(name, matrix(name, info, in, start, file)));
    return new Safetensors(tensors, header.metadata());
  }

  private static Matrix matrix(
      String name, TensorInfo info, ByteBuffer in, int start, String file) {
    if (!FloatDecoder.knows(info.dtype()) || info.shape().size() != 2) {
      throw new SafetensorsException(
          file
              + ": tensor '"
              + name
              + "' must be a matrix of F32, F16 or BF16 but is "
              + info.dtype()
              + " "
              + info.shape());
    }
    in.position(start + (int) info.begin());
    float[] values = FloatDecoder.decode(in, info.dtype(), (int) info.elements());
    return new Matrix(info.shape().get(0).intValue(), info.shape().get(1).intValue(), values);
  }
}
