package dev.sluice.checkpoint;

import static dev.sluice.checkpoint.SafetensorsBytes.safetensors;
import static dev.sluice.checkpoint.SafetensorsBytes.tensor;
import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that are damaged or made to harm. Whatever they claim, both readers refuse them with a
 * {@link SafetensorsException}, and allocate no more than the file has.
 */
class HostileSafetensorsTest {

  private static final String F32 = "F32";

  @TempDir Path directory;

  static Stream<Arguments> files() {
    return Stream.of(
        file("empty", new byte[0], "header"),
        file("shorter than a length", new byte[7], "header"),
        file("nothing but a length", safetensors(2, "", 0), "header"),
        file("length of zero", safetensors(0, "{}", 0), "header"),
        file("length beyond the file", safetensors(3, "{}", 0), "header"),
        file("length that is negative", safetensors(-1, "{}", 0), "header"),
        file("smallest length", safetensors(Long.MIN_VALUE, "{}", 0), "header"),
        file("length of 8 EiB", safetensors(Long.MAX_VALUE, "{}", 0), "header"),
        file("length that is 2 in 32 bits", safetensors(0x1_0000_0002L, "{}", 0), "header"),
        file("not JSON", safetensors("{\"a\":", 0), "the header is not JSON"),
        file("not UTF-8", safetensors(2, "\u0000\u0001", 0), "the header is not JSON"),
        file("an array", safetensors("[]", 0), "not a JSON object"),
        file("null", safetensors("null", 0), "not a JSON object"),
        file("two documents", safetensors("{}{}", 0), "the header is not JSON"),
        file("nested without end", safetensors("[".repeat(100_000), 0), "the header is not JSON"),
        file(
            "a name twice",
            header(8, tensor("w", F32, "[1,1]", "[0,4]"), tensor("w", F32, "[1,1]", "[4,8]")),
            "the header is not JSON"),
        file("no tensor but a number", safetensors("{\"w\":1}", 0), "tensor 'w'"),
        file("unknown dtype", header(8, tensor("w", "F8_E4M3", "[1,8]", "[0,8]")), "'F8_E4M3'"),
        file("dtype of another case", header(4, tensor("w", "f32", "[1,1]", "[0,4]")), "'f32'"),
        file(
            "no shape",
            header(4, "\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}"),
            "tensor 'w' has a bad shape"),
        file("shape of text", header(4, tensor("w", F32, "[\"1\",1]", "[0,4]")), "bad shape"),
        file("shape of a fraction", header(4, tensor("w", F32, "[1.5,1]", "[0,4]")), "bad shape"),
        file("negative shape", header(4, tensor("w", F32, "[-1,-1]", "[0,4]")), "bad shape"),
        file(
            "a dimension that is 1 in 64 bits",
            header(4, tensor("w", F32, "[18446744073709551617,1]", "[0,4]")),
            "bad shape"),
        file(
            "shape that is 0 in 64 bits",
            header(0, tensor("w", F32, "[4294967296,4294967296]", "[0,0]")),
            "a shape that no file can hold"),
        file(
            "bytes that are 0 in 64 bits",
            header(0, tensor("w", F32, "[4611686018427387904,1]", "[0,0]")),
            "a shape that no file can hold"),
        file(
            "more shape than bytes",
            header(4, tensor("w", F32, "[1,2]", "[0,4]")),
            "must have 8 bytes but has 4"),
        file(
            "fewer shape than bytes",
            header(8, tensor("w", "BF16", "[1,2]", "[0,8]")),
            "must have 4 bytes but has 8"),
        file(
            "no offsets",
            header(4, "\"w\":{\"dtype\":\"F32\",\"shape\":[1,1]}"),
            "no data_offsets"),
        file("one offset", header(4, tensor("w", F32, "[1,1]", "[4]")), "no data_offsets"),
        file(
            "offsets by name",
            header(4, tensor("w", F32, "[1,1]", "{\"begin\":0,\"end\":4}")),
            "no data_offsets"),
        file("offsets of text", header(4, tensor("w", F32, "[1,1]", "[0,\"4\"]")), "data_offsets"),
        file("offsets of fractions", header(4, tensor("w", F32, "[1,1]", "[0.5,4.5]")), "offsets"),
        file(
            "an offset that is 4 in 64 bits",
            header(4, tensor("w", F32, "[1,1]", "[0,18446744073709551620]")),
            "no data_offsets"),
        file(
            "end beyond the data",
            header(4, tensor("w", F32, "[1,2]", "[0,8]")),
            "reaches from 0 to 8, but the file has 4 bytes of data"),
        file(
            "begin beyond the data",
            header(4, tensor("w", F32, "[0,1]", "[9223372036854775807,9223372036854775807]")),
            "but the file has 4 bytes of data"),
        file("negative begin", header(4, tensor("w", F32, "[1,2]", "[-4,4]")), "from -4 to 4"),
        file("end before begin", header(8, tensor("w", F32, "[1,1]", "[8,4]")), "from 8 to 4"),
        file(
            "overlap",
            header(12, tensor("a", F32, "[1,2]", "[0,8]"), tensor("b", F32, "[1,2]", "[4,12]")),
            "tensors 'a' and 'b' overlap"),
        file(
            "one within the other",
            header(16, tensor("b", F32, "[1,4]", "[0,16]"), tensor("a", F32, "[1,1]", "[4,8]")),
            "tensors 'b' and 'a' overlap"),
        file(
            "the same bytes twice",
            header(4, tensor("a", F32, "[1,1]", "[0,4]"), tensor("b", F32, "[1,1]", "[0,4]")),
            "overlap"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void isRefusedInMemory(String name, byte[] bytes, String message) {
    assertSays(
        message,
        assertThrows(SafetensorsException.class, () -> Safetensors.parse(bytes, "it.safetensors")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void isRefusedOnDisk(String name, byte[] bytes, String message) throws IOException {
    Path file = Files.write(directory.resolve("it.safetensors"), bytes);
    Throwable failure = assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(file));
    assertSays(message, failure);
    assertSays("it.safetensors", failure);
  }

  @Test
  void theFormatsOwnLimitHoldsForTheHeaderOfALargeFile() throws IOException {
    Path file = directory.resolve("sparse.safetensors");
    try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(safetensors(SafetensorsHeader.MAX_BYTES + 1, "{}", 0));
      sparse.setLength(1L << 32);
    }
    assertSays(
        "claims 100000001 bytes",
        assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(file)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSoundFileCutAnywhereIsRefused(long seed) {
    byte[] sound =
        new Safetensors(
                Map.of("w", SafetensorsTest.random(new Random(seed), 3, 4)), Map.of("k", "v"))
            .toBytes();
    for (int length = 0; length < sound.length; length++) {
      byte[] cut = Arrays.copyOf(sound, length);
      assertThrows(SafetensorsException.class, () -> Safetensors.parse(cut, "cut"));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6, 7, 8})
  void aFlippedByteIsReadOrRefusedButNeverAnotherFailure(long seed) {
    Random random = new Random(seed);
    byte[] sound =
        new Safetensors(Map.of("w", SafetensorsTest.random(random, 3, 4)), Map.of("k", "v"))
            .toBytes();
    for (int i = 0; i < 2000; i++) {
      byte[] flipped = sound.clone();
      flipped[random.nextInt(sound.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        Safetensors.parse(flipped, "flipped");
      } catch (SafetensorsException refused) {
        // as it should be
      }
    }
  }

  @Test
  void anotherDtypeOrRankThanAnAdaptersIsNamed() {
    assertSays(
        "tensor 'w' must be a matrix of F32, F16 or BF16 but is I64 [1, 2]",
        assertThrows(
            SafetensorsException.class,
            () -> Safetensors.parse(header(16, tensor("w", "I64", "[1,2]", "[0,16]")), "it")));
    assertSays(
        "must be a matrix of F32, F16 or BF16 but is F32 [2]",
        assertThrows(
            SafetensorsException.class,
            () -> Safetensors.parse(header(8, tensor("w", F32, "[2]", "[0,8]")), "it")));
  }

  private static Arguments file(String name, byte[] bytes, String message) {
    return Arguments.of(name, bytes, message);
  }

  private static byte[] header(int dataBytes, String... tensors) {
    return safetensors("{" + String.join(",", tensors) + "}", dataBytes);
  }
}
