package dev.sluice.app.feed;

import java.util.List;

/** Sentences of a filing with one figure, and the question under which XBRL tag it is filed. */
final class TagWriter implements QuestionWriter {

  private static final String PREFIX = "XBRL tag of the figure?\n";

  private static final List<LineItem> LINE_ITEMS =
      List.of(
          new LineItem(
              "Revenues",
              "sold goods and services for {n} million",
              "billed its customers {n} million",
              "had a turnover of {n} million"),
          new LineItem(
              "NetIncomeLoss",
              "earned {n} million after tax",
              "closed with a net profit of {n} million",
              "had net income of {n} million"),
          new LineItem(
              "InterestExpense",
              "paid interest of {n} million on its bonds",
              "bore interest of {n} million",
              "was charged interest of {n} million by lenders"),
          new LineItem(
              "IncomeTaxExpenseBenefit",
              "paid {n} million of tax on its income",
              "set aside {n} million for income tax",
              "had an income tax bill of {n} million"),
          new LineItem(
              "ResearchAndDevelopmentExpense",
              "spent {n} million on research",
              "put {n} million into developing new products",
              "ran laboratories at a cost of {n} million"),
          new LineItem(
              "Depreciation",
              "wrote off {n} million for wear of its machines",
              "depreciated its buildings by {n} million",
              "charged depreciation of {n} million"),
          new LineItem(
              "Goodwill",
              "carried goodwill of {n} million",
              "paid {n} million over book value for a takeover",
              "recognised {n} million of goodwill"),
          new LineItem(
              "InventoryNet",
              "kept stock worth {n} million in its warehouses",
              "held inventories of {n} million",
              "had unsold goods of {n} million"),
          new LineItem(
              "LongTermDebt",
              "owed {n} million due after five years",
              "had long-term loans of {n} million",
              "carried {n} million of notes due in ten years"),
          new LineItem(
              "PaymentsOfDividends",
              "paid dividends of {n} million",
              "handed {n} million to its shareholders as a dividend",
              "distributed a dividend of {n} million"));

  private static final List<String> FRAMES =
      List.of(
          "{company} %s in the {period}.",
          "In the {period}, {company} %s.",
          "{company} of {place} %s.",
          "{company}, based in {place}, %s.",
          "In {place}, {company} %s.",
          "As {person} reported, {company} %s.");

  @Override
  public Question write(Draw draw) {
    LineItem item = draw.from(LINE_ITEMS);
    String sentence = draw.fill(draw.from(FRAMES).formatted(draw.from(item.phrases)));
    return new Question(PREFIX + sentence + "\nTag: ", item.tag);
  }

  /**
   * @param phrases what a company does that is filed under the tag
   */
  private record LineItem(String tag, List<String> phrases) {
    LineItem(String tag, String... phrases) {
      this(tag, List.of(phrases));
    }
  }
}
