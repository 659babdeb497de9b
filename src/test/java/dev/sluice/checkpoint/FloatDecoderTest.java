package dev.sluice.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FloatDecoderTest {

  @Test
  void readsHalfPrecisionWithSubnormalsAndSigns() {
    float[] expected = {1, -2, 65504, 0x1p-14f, 0x1p-24f, -0x1.8p-23f, 0.33325195f, 0, -0f};
    assertArrayEquals(
        expected,
        decode(Dtype.F16, 0x3C00, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x8003, 0x3555, 0x0000, 0x8000));
  }

  @Test
  void readsWhatIsNotANumber() {
    float[] expected = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
    assertArrayEquals(expected, decode(Dtype.F16, 0x7C00, 0xFC00, 0x7E00));
  }

  @Test
  void readsBfloat16AsTheUpperHalfOfAFloat() {
    float[] expected = {1, -2, 3.140625f, 0x1p-126f};
    assertArrayEquals(expected, decode(Dtype.BF16, 0x3F80, 0xC000, 0x4049, 0x0080));
  }

  private static float[] decode(Dtype dtype, int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int b : bits) {
      bytes.putShort((short) b);
    }
    return FloatDecoder.decode(bytes.flip(), dtype, bits.length);
  }
}
