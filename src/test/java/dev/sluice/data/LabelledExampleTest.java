package dev.sluice.data;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.ExampleText.Completion;
import dev.sluice.data.ExampleText.Conversation;
import dev.sluice.data.ExampleText.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelledExampleTest {

  @ParameterizedTest
  @ValueSource(
      doubles = {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesAWeightThatWouldNotWeigh(double weight) {
    assertSays(
        "weight must be above 0 but was " + weight,
        assertThrows(IllegalArgumentException.class, () -> Examples.labelled("id", weight)));
  }

  @Test
  void refusesAnEmptyIdOrAdapter() {
    assertSays("id", assertThrows(IllegalArgumentException.class, () -> Examples.labelled("", 1)));
    assertSays(
        "adapter",
        assertThrows(
            IllegalArgumentException.class,
            () -> new LabelledExample("id", "", "t", new Completion("", ""), "s", null, null, 1)));
  }

  @Test
  void showsLengthsButNeverText() {
    String secret = "ACME-CONFIDENTIAL";
    List<ExampleText> texts =
        List.of(
            new Completion(secret, secret), new Conversation(List.of(new Message("user", secret))));
    for (ExampleText text : texts) {
      LabelledExample example = new LabelledExample("id", "a", "t", text, "s", null, null, 1);
      assertFalse(example.toString().contains(secret), example.toString());
      assertFalse(new IngestResult.Accepted(example).toString().contains(secret));
    }
    assertEquals("Message[user, 17 characters]", new Message("user", secret).toString());
  }

  @Test
  void aPositionReadsAsKafkaWritesIt() {
    assertEquals("sluice.train-3@42", new SourcePosition("sluice.train", 3, 42).toString());
  }
}
