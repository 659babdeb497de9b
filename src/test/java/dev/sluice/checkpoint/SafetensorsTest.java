package dev.sluice.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.Matrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {

  @TempDir Path directory;

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsWhatItWroteToTheLastBit(long seed) {
    Map<String, Matrix> tensors = randomTensors(new Random(seed));
    Map<String, String> metadata = Map.of("format", "pt", "schön", "\"quoted\"\n");
    Safetensors read = Safetensors.parse(new Safetensors(tensors, metadata).toBytes(), "it");
    assertEquals(metadata, read.metadata());
    assertEquals(tensors.keySet(), read.tensors().keySet());
    tensors.forEach((name, matrix) -> assertSame(matrix, read.tensors().get(name)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameContentGivesTheSameBytesWhateverTheOrder(long seed) {
    TreeMap<String, Matrix> tensors = new TreeMap<>(randomTensors(new Random(seed)));
    Map<String, Matrix> reversed = new LinkedHashMap<>(tensors.descendingMap());
    Map<String, String> forth = new LinkedHashMap<>();
    forth.put("a", "1");
    forth.put("b", "2");
    Map<String, String> back = new LinkedHashMap<>();
    back.put("b", "2");
    back.put("a", "1");
    assertArrayEquals(
        new Safetensors(tensors, forth).toBytes(), new Safetensors(reversed, back).toBytes());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theFileReaderMapsTheSameBits(long seed) throws IOException {
    Map<String, Matrix> tensors = randomTensors(new Random(seed));
    Path path =
        Files.write(
            directory.resolve("w.safetensors"), new Safetensors(tensors, Map.of()).toBytes());
    SafetensorsFile file = SafetensorsFile.open(path);
    assertEquals(tensors.keySet(), file.tensors().keySet());
    for (Map.Entry<String, Matrix> entry : tensors.entrySet()) {
      Matrix matrix = entry.getValue();
      TensorInfo info = file.tensors().get(entry.getKey());
      assertEquals(Dtype.F32, info.dtype());
      assertEquals(List.of((long) matrix.rows(), (long) matrix.columns()), info.shape());
      float[] values = new float[matrix.values().length];
      file.map(entry.getKey()).asFloatBuffer().get(values);
      assertSame(matrix, new Matrix(matrix.rows(), matrix.columns(), values));
    }
  }

  @Test
  void theDataBeginsAtAMultipleOfEightAndFollowsTheNames() {
    for (int length = 1; length < 20; length++) {
      byte[] bytes =
          new Safetensors(
                  Map.of("z".repeat(length), matrix(1), "a", matrix(2)), Map.of("format", "pt"))
              .toBytes();
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int start = 8 + (int) file.getLong(0);
      assertEquals(0, start % 8);
      assertEquals(2, file.getFloat(start));
      assertEquals(1, file.getFloat(start + 4));
      assertEquals(start + 8, bytes.length);
    }
  }

  @Test
  void theBytesAreThoseOfTheFormat() {
    byte[] bytes = new Safetensors(Map.of("w", matrix(1)), Map.of("format", "pt")).toBytes();
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}";
    String padded = header + " ".repeat(-header.length() & 7);
    ByteBuffer expected =
        ByteBuffer.allocate(8 + padded.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded.length()).put(padded.getBytes(StandardCharsets.UTF_8)).putFloat(1);
    assertArrayEquals(expected.array(), bytes);
  }

  @Test
  void aTensorThatIsNotThereIsNamed() throws IOException {
    Path path =
        Files.write(
            directory.resolve("w.safetensors"),
            new Safetensors(Map.of("w", matrix(1)), Map.of()).toBytes());
    SafetensorsFile file = SafetensorsFile.open(path);
    assertEquals(
        path + ": no tensor 'v'",
        assertThrows(SafetensorsException.class, () -> file.map("v")).getMessage());
  }

  /** Any bits, so also NaNs, infinities, subnormals and negative zeros. */
  static Matrix random(Random random, int rows, int columns) {
    Matrix matrix = Matrix.zeros(rows, columns);
    for (int i = 0; i < matrix.values().length; i++) {
      matrix.values()[i] = Float.intBitsToFloat(random.nextInt());
    }
    return matrix;
  }

  private static Map<String, Matrix> randomTensors(Random random) {
    Map<String, Matrix> tensors = new TreeMap<>();
    for (int i = 0, n = random.nextInt(8); i < n; i++) {
      tensors.put(
          "tensor." + random.nextInt(1000),
          random(random, 1 + random.nextInt(9), 1 + random.nextInt(9)));
    }
    return tensors;
  }

  private static Matrix matrix(float value) {
    return new Matrix(1, 1, new float[] {value});
  }

  private static void assertSame(Matrix expected, Matrix actual) {
    assertEquals(expected.rows(), actual.rows());
    assertEquals(expected.columns(), actual.columns());
    for (int i = 0; i < expected.values().length; i++) {
      assertEquals(
          Float.floatToRawIntBits(expected.values()[i]),
          Float.floatToRawIntBits(actual.values()[i]));
    }
  }
}
