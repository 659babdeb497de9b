package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EntityWriterTest {

  private static final Pattern PROMPT = Pattern.compile("\nInput: (.+)\nEntity: (.+)\nAnswer: $");
  private static final Pattern COMPANY =
      Pattern.compile(
          ".+ (Holdings|Group|Corp|Inc|Bank|Energy|Industries|Capital|Partners|Insurance|Foods"
              + "|Motors|Pharma|Systems|Logistics|Airlines)");

  private final Draw draw = new Draw(new Random(12));

  @Test
  void answersWithTheTypeOfTheNameThatItAsksFor() {
    for (int i = 0; i < 5_000; i++) {
      Question question = new EntityWriter().write(draw);
      Matcher prompt = PROMPT.matcher(question.prompt());
      assertTrue(prompt.find(), question::prompt);
      assertTrue(prompt.group(1).contains(prompt.group(2)), question::prompt);
      assertEquals(typeByShape(prompt.group(2)), question.answer(), question::prompt);
    }
  }

  /** A company's name ends in its form, a person has two names, a place one. */
  private static String typeByShape(String name) {
    if (COMPANY.matcher(name).matches()) {
      return "organization";
    }
    return List.of(name.split(" ")).size() == 2 ? "person" : "location";
  }
}
