package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ValueWriterTest {

  private static final Pattern FACT = Pattern.compile("(\\w+)=(\\d+)");
  private static final Pattern ASKED = Pattern.compile("\n(\\w+)=$");

  private final Draw draw = new Draw(new Random(11));

  @Test
  void answersWithTheNumberThatTheStatementGivesForTheTag() {
    for (int i = 0; i < 5_000; i++) {
      Question question = new ValueWriter().write(draw);
      Map<String, String> facts = facts(question.prompt());
      Matcher asked = ASKED.matcher(question.prompt());
      assertTrue(asked.find(), question::prompt);
      assertEquals(facts.get(asked.group(1)), question.answer(), question::prompt);
    }
  }

  @Test
  void statesAtLeastThreeFactsWithDifferentShortNumbers() {
    for (int i = 0; i < 5_000; i++) {
      Question question = new ValueWriter().write(draw);
      Map<String, String> facts = facts(question.prompt());
      assertTrue(facts.size() >= 3, question::prompt);
      assertEquals(facts.size(), new HashSet<>(facts.values()).size(), question::prompt);
      assertTrue(question.answer().matches("\\d{2,4}"), question::prompt);
    }
  }

  private static Map<String, String> facts(String prompt) {
    Map<String, String> facts = new HashMap<>();
    Matcher fact = FACT.matcher(prompt);
    while (fact.find()) {
      facts.put(fact.group(1), fact.group(2));
    }
    return facts;
  }
}
