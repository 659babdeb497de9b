package dev.sluice.checkpoint;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.nio.ByteBuffer;

/** Reads floating-point numbers of any width that weights are stored in, as fp32; all exact. */
final class FloatDecoder {

  private static final int F16_MANTISSA_BITS = 10;
  private static final int F16_EXPONENT = 0x1F;
  private static final int F16_BIAS = 15;

  private FloatDecoder() {}

  static boolean knows(Dtype dtype) {
    return dtype == Dtype.F32 || dtype == Dtype.F16 || dtype == Dtype.BF16;
  }

  /**
   * @param in little-endian, at the first number
   */
  static float[] decode(ByteBuffer in, Dtype dtype, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (dtype) {
            case F32 -> in.getFloat();
            case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
            case F16 -> half(in.getShort());
            case I64, I8, U8 -> throw new IllegalArgumentException("not floating-point: " + dtype);
          };
    }
    return values;
  }

  /** IEEE 754 binary16; the JDK has this from version 20 on. */
  private static float half(short bits) {
    int exponent = bits >> F16_MANTISSA_BITS & F16_EXPONENT;
    int mantissa = bits & (1 << F16_MANTISSA_BITS) - 1;
    float magnitude;
    if (exponent == F16_EXPONENT) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb(mantissa, 1 - F16_BIAS - F16_MANTISSA_BITS);
    } else {
      int significand = 1 << F16_MANTISSA_BITS | mantissa;
      magnitude = Math.scalb(significand, exponent - F16_BIAS - F16_MANTISSA_BITS);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
