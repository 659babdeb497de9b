package dev.sluice.serde;

import dev.sluice.data.ExampleText;
import dev.sluice.data.LabelledExample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Valid examples of every kind, with text that is hard on a JSON writer. */
final class RandomExamples {

  private static final long YEAR_0 = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long YEAR_9999 = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final Random random;

  RandomExamples(Random random) {
    this.random = random;
  }

  LabelledExample next() {
    return new LabelledExample(
        string(1, 200),
        "adapter-" + random.nextInt(5),
        string(0, 20),
        text(),
        string(0, 20),
        time(),
        time(),
        Math.exp(20 * random.nextGaussian()));
  }

  /** Characters of all planes, quotes, backslashes, control characters and line separators. */
  String string(int min, int max) {
    StringBuilder text = new StringBuilder();
    int length = min + random.nextInt(max - min + 1);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(codePoint());
    }
    return text.toString();
  }

  private int codePoint() {
    return switch (random.nextInt(5)) {
      case 0 -> "\"\\/{}[]:,\u2028\ufeff".charAt(random.nextInt(11));
      case 1 -> random.nextInt(0x20);
      case 2 -> 0x20 + random.nextInt(0x60);
      case 3 -> random.nextInt(Character.MIN_SURROGATE);
      default -> 0xe000 + random.nextInt(Character.MAX_CODE_POINT + 1 - 0xe000);
    };
  }

  private ExampleText text() {
    if (random.nextBoolean()) {
      return new ExampleText.Completion(string(0, 100), string(1, 50));
    }
    List<ExampleText.Message> turns = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      turns.add(new ExampleText.Message(random.nextBoolean() ? "user" : "system", string(1, 40)));
    }
    turns.add(random.nextInt(turns.size() + 1), new ExampleText.Message("assistant", string(1, 9)));
    return new ExampleText.Conversation(turns);
  }

  private @Nullable Instant time() {
    return random.nextInt(3) == 0
        ? null
        : Instant.ofEpochSecond(
            random.nextLong(YEAR_0, YEAR_9999 + 1), random.nextInt(1_000_000_000));
  }
}
