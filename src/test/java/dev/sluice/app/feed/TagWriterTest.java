package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TagWriterTest {

  /** What a reader would look for, tag by tag. */
  private static final Map<String, Pattern> SIGNS =
      Map.of(
          "Revenues", Pattern.compile("\\bsold goods|billed|turnover"),
          "NetIncomeLoss", Pattern.compile("after tax|net profit|net income"),
          "InterestExpense", Pattern.compile("interest"),
          "IncomeTaxExpenseBenefit", Pattern.compile("of tax|income tax"),
          "ResearchAndDevelopmentExpense", Pattern.compile("research|developing|laboratories"),
          "Depreciation", Pattern.compile("wear of|depreciat"),
          "Goodwill", Pattern.compile("goodwill|takeover"),
          "InventoryNet", Pattern.compile("stock worth|inventories|unsold"),
          "LongTermDebt", Pattern.compile("long-term loans|due after|due in"),
          "PaymentsOfDividends", Pattern.compile("dividend"));

  private final Draw draw = new Draw(new Random(13));

  @Test
  void answersWithTheOneTagWhoseSignsTheSentenceShows() {
    for (int i = 0; i < 5_000; i++) {
      Question question = new TagWriter().write(draw);
      List<String> signed =
          SIGNS.entrySet().stream()
              .filter(sign -> sign.getValue().matcher(question.prompt()).find())
              .map(Map.Entry::getKey)
              .toList();
      assertEquals(List.of(question.answer()), signed, question::prompt);
    }
  }
}
