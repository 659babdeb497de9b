package dev.sluice.app.feed;

import java.util.ArrayList;
import java.util.List;

/**
 * Statements of three or four {@code Tag=number} facts, and the question for one of the numbers.
 */
final class ValueWriter implements QuestionWriter {

  private static final String PREFIX = "Value of the tag?\n";

  private static final List<String> TAGS =
      List.of(
          "Revenues",
          "Assets",
          "Liabilities",
          "Goodwill",
          "GrossProfit",
          "NetIncomeLoss",
          "InterestExpense",
          "InventoryNet",
          "LongTermDebt",
          "Depreciation",
          "OperatingExpenses",
          "StockholdersEquity");

  @Override
  public Question write(Draw draw) {
    List<String> tags = draw.distinct(draw.percent(75) ? 3 : 4, TAGS);
    List<Integer> numbers = distinctNumbers(tags.size(), draw);
    List<String> facts = new ArrayList<>();
    for (int i = 0; i < tags.size(); i++) {
      facts.add(tags.get(i) + "=" + numbers.get(i));
    }
    int asked = draw.number(0, tags.size() - 1);
    String statement = Names.company(draw) + ": " + String.join("; ", facts);
    return new Question(
        PREFIX + statement + "\n" + tags.get(asked) + "=", numbers.get(asked).toString());
  }

  /** Different, so that an answer shows which fact was read. */
  private static List<Integer> distinctNumbers(int count, Draw draw) {
    List<Integer> numbers = new ArrayList<>();
    while (numbers.size() < count) {
      int number = draw.percent(50) ? draw.number(10, 99) : draw.number(100, 999);
      if (!numbers.contains(number)) {
        numbers.add(number);
      }
    }
    return numbers;
  }
}
