package dev.sluice.checkpoint;

import java.util.List;

/**
 * A tensor of a safetensors file.
 *
 * @param begin offset of its first byte after the header
 * @param end offset after its last byte
 */
public record TensorInfo(Dtype dtype, List<Long> shape, long begin, long end) {

  /** The element types; weights are floating-point, unless they are quantised. */
  public enum Dtype {
    U8(1),
    I8(1),
    I64(8),
    F32(4),
    F16(2),
    BF16(2);

    private final int bytes;

    Dtype(int bytes) {
      this.bytes = bytes;
    }

    public int bytes() {
      return bytes;
    }
  }

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  public long bytes() {
    return end - begin;
  }
}
