package dev.sluice.lora;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MatrixTest {

  @Test
  void zerosLikeHasTheShapeAndValuesOfItsOwn() {
    Matrix ones = new Matrix(1, 2, new float[] {1, 1});
    Matrix zeros = ones.zerosLike();
    assertEquals("Matrix[1, 2]", zeros.toString());
    assertArrayEquals(new float[2], zeros.values());
    assertArrayEquals(new float[] {1, 1}, ones.values());
  }

  @Test
  void refusesValuesThatDoNotFillIt() {
    assertSays(
        "a 2 x 3 matrix needs 6 values but got 5",
        assertThrows(IllegalArgumentException.class, () -> new Matrix(2, 3, new float[5])));
  }

  @Test
  void aShapeThatOverflowsIsNotMistakenForASmallOne() {
    // 65536 · 65536 is 0 in 32 bits.
    assertThrows(IllegalArgumentException.class, () -> new Matrix(65_536, 65_536, new float[0]));
    assertThrows(ArithmeticException.class, () -> Matrix.zeros(65_536, 65_536));
  }

  @Test
  void aModuleRefusesAAndBOfDifferentRanks() {
    assertSays(
        "layer 3 v_proj: A has rank 2 but B has rank 4",
        assertThrows(
            IllegalArgumentException.class,
            () -> new LoraModule(3, TargetModule.V_PROJ, Matrix.zeros(2, 8), Matrix.zeros(8, 4))));
  }
}
