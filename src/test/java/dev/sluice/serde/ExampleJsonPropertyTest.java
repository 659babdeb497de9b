package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.data.IngestResult;
import dev.sluice.data.LabelledExample;
import dev.sluice.serde.ExampleJson.Defaults;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleJsonPropertyTest {

  private static final int TRIES = 300;

  /** Stands in each template where a customer's text would; no reason may have it. */
  private static final String SECRET = "Zq7SECRETz";

  private static final List<String> TEMPLATES =
      List.of(
          "{\"v\":1,\"id\":\"1\",\"adapter\":\"a\",\"prompt\":\"SECRET\",\"completion\":\"SECRET\"}",
          "{\"context\":\"SECRET\",\"target\":\"SECRET\",\"weight\":1.5,\"SECRET\":[\"SECRET\"]}",
          "{\"messages\":[{\"role\":\"user\",\"content\":\"SECRET\"},"
              + "{\"role\":\"assistant\",\"content\":\"SECRET\",\"SECRET\":null}]}",
          "{\"v\":1,\"id\":5,\"task\":\"SECRET\",\"messages\":\"SECRET\",\"eventTime\":\"SECRET\"}");

  private final ExampleJson json = new ExampleJson(ExampleJson.DEFAULT_MAX_BYTES);
  private final Defaults defaults = new Defaults("sentiment", "t", "s");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void readsBackWhatItWrites(long seed) {
    RandomExamples examples = new RandomExamples(new Random(seed));
    for (int i = 0; i < TRIES; i++) {
      LabelledExample example = examples.next();
      assertEquals(
          new IngestResult.Accepted(example), json.parse(json.write(example), Defaults.NONE));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void leavesWhatIsNormalAsItIs(long seed) throws Exception {
    RandomExamples examples = new RandomExamples(new Random(seed));
    for (int i = 0; i < TRIES; i++) {
      byte[] written = json.write(examples.next());
      assertArrayEquals(written, json.normalise(written, defaults).json());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverThrowsOnRandomBytes(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      json.parse(bytes, defaults);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverThrowsNorQuotesTextOfMutatedExamples(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < TRIES; i++) {
      String template = TEMPLATES.get(random.nextInt(TEMPLATES.size()));
      byte[] bytes = template.replace("SECRET", SECRET).getBytes(UTF_8);
      for (int mutations = random.nextInt(4); mutations > 0; mutations--) {
        bytes = mutate(bytes, random);
      }
      checkHarmless(bytes);
    }
  }

  private void checkHarmless(byte[] bytes) {
    IngestResult result = json.parse(bytes, defaults);
    if (result instanceof IngestResult.Rejected rejected) {
      assertFalse(rejected.reason().contains("SECRET"), rejected.reason());
      assertFalse(rejected.reason().contains("Zq7"), rejected.reason());
    }
    try {
      byte[] once = json.normalise(bytes, defaults).json();
      assertArrayEquals(once, ExampleJson.unlimited().normalise(once, Defaults.NONE).json());
    } catch (RejectedExampleException e) {
      assertEquals(new IngestResult.Rejected(e.reason()), result);
    }
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> insert(bytes, at, new byte[] {(byte) random.nextInt(256)});
      case 2 -> insert(bytes, at, TOKENS.get(random.nextInt(TOKENS.size())).getBytes(UTF_8));
      default -> {
        byte[] changed = bytes.clone();
        changed[at] = (byte) "\"\\{}[]:,01e-. ".charAt(random.nextInt(14));
        yield changed;
      }
    };
  }

  private static final List<String> TOKENS =
      List.of(
          "\\u0000",
          "\\ud83d",
          "\\",
          "\"",
          "\",\"v\":1,\"x\":\"",
          "1e99999999999",
          "-",
          "null",
          "\",\"id\":\"",
          "\",\"weight\":1e400,\"y\":\"",
          "{",
          "[[",
          "\n",
          "é",
          "\ufeff");

  private static byte[] insert(byte[] bytes, int at, byte[] inserted) {
    byte[] longer = new byte[bytes.length + inserted.length];
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(inserted, 0, longer, at, inserted.length);
    System.arraycopy(bytes, at, longer, at + inserted.length, bytes.length - at);
    return longer;
  }
}
