package dev.sluice.lora;

/**
 * A dense fp32 matrix on the heap, row-major.
 *
 * @param values {@code [rows · columns]}; owned by the matrix, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // adapters have up to a billion entries: no copy
public record Matrix(int rows, int columns, float[] values) {

  public Matrix {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "a %d x %d matrix needs %d values but got %d"
              .formatted(rows, columns, (long) rows * columns, values.length));
    }
  }

  public static Matrix zeros(int rows, int columns) {
    return new Matrix(rows, columns, new float[Math.multiplyExact(rows, columns)]);
  }

  public Matrix zerosLike() {
    return zeros(rows, columns);
  }

  @Override
  public String toString() {
    return "Matrix[" + rows + ", " + columns + "]";
  }
}
