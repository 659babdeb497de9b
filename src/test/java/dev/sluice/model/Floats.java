package dev.sluice.model;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Rounds to the element types of weights, to nearest and ties to even, and encodes them. */
final class Floats {
  private Floats() {}

  /** The nearest number that the dtype has; no overflow expected. */
  static double round(double value, Dtype dtype) {
    double step = Math.scalb(1.0, exponent(value, dtype) - mantissaBits(dtype));
    return Math.rint(value / step) * step;
  }

  /** Little-endian. */
  static byte[] encode(double[] values, Dtype dtype) {
    ByteBuffer bytes =
        ByteBuffer.allocate(dtype.bytes() * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      int bits = bits(round(value, dtype), dtype);
      if (dtype == Dtype.F32) {
        bytes.putInt(bits);
      } else {
        bytes.putShort((short) bits);
      }
    }
    return bytes.array();
  }

  /** Sign, exponent, mantissa (IEEE 754). */
  private static int bits(double rounded, Dtype dtype) {
    int mantissaBits = mantissaBits(dtype);
    int exponent = exponent(rounded, dtype);
    // Without the hidden one of normal numbers, which adds 1 to the exponent.
    int mantissa = (int) Math.scalb(Math.abs(rounded), mantissaBits - exponent);
    int magnitude = ((exponent - minExponent(dtype)) << mantissaBits) + mantissa;
    boolean negative = Math.copySign(1, rounded) < 0;
    return magnitude | (negative ? 1 << (8 * dtype.bytes() - 1) : 0);
  }

  private static int exponent(double value, Dtype dtype) {
    return Math.max(Math.getExponent(value), minExponent(dtype));
  }

  private static int minExponent(Dtype dtype) {
    return dtype == Dtype.F16 ? -14 : -126;
  }

  private static int mantissaBits(Dtype dtype) {
    return switch (dtype) {
      case F32 -> 23;
      case F16 -> 10;
      case BF16 -> 7;
      case I64, I8, U8 -> throw new IllegalArgumentException("no floating-point type: " + dtype);
    };
  }
}
