package dev.sluice.app.feed;

import java.util.List;

/** Headlines about companies: good news, bad news, or neither. */
final class SentimentWriter implements QuestionWriter {

  private static final String PREFIX =
      "Instruction: Sentiment of the headline, {negative/neutral/positive}?\nInput: ";

  private static final List<String> WELCOME =
      List.of(
          "profit",
          "revenue",
          "sales",
          "earnings",
          "net income",
          "operating profit",
          "cash flow",
          "orders",
          "bookings",
          "market share",
          "margin",
          "output");

  private static final List<String> WELCOME_UP =
      List.of("rose", "climbed", "jumped", "grew", "increased", "improved");

  private static final List<String> WELCOME_DOWN =
      List.of("fell", "dropped", "declined", "shrank", "decreased", "worsened");

  private static final List<String> UNWELCOME =
      List.of("loss", "debt", "deficit", "cost overrun", "backlog of complaints");

  /** Not the verbs of {@link #WELCOME_UP}: the verb alone shall tell good news from bad. */
  private static final List<String> UNWELCOME_UP =
      List.of("widened", "ballooned", "swelled", "deepened");

  private static final List<String> UNWELCOME_DOWN =
      List.of("narrowed", "eased", "lessened", "was cut");

  private static final List<String> LEVEL =
      List.of(
          "showed no change",
          "held steady",
          "stayed level",
          "remained flat",
          "matched the year before",
          "came in as expected",
          "met forecasts");

  private static final List<String> GOOD_EVENTS =
      List.of(
          "wins a {n} million order from {company}",
          "beats forecasts for the {period}",
          "is upgraded to buy by {company}",
          "lands a record contract in {place}",
          "tops expectations with a strong {period}",
          "shares soar {p}% after upbeat results");

  private static final List<String> BAD_EVENTS =
      List.of(
          "loses a {n} million order from {company}",
          "misses forecasts for the {period}",
          "is downgraded to sell by {company}",
          "warns of a weak {period}",
          "faces a probe into its plant in {place}",
          "falls short of expectations in a poor {period}",
          "shares plunge {p}% after gloomy results");

  private static final List<String> PLAIN_EVENTS =
      List.of(
          "names {person} as its auditor",
          "holds its annual meeting in {place}",
          "will report on the {period} on {day}",
          "moves its head office to {place}",
          "confirms talks with {company}",
          "appoints {person} to its board");

  @Override
  public Question write(Draw draw) {
    Label label = draw.from(List.of(Label.values()));
    return new Question(PREFIX + headline(label, draw) + "\nAnswer: ", label.word);
  }

  /** A headline of any label. */
  static String headline(Draw draw) {
    return headline(draw.from(List.of(Label.values())), draw);
  }

  private static String headline(Label label, Draw draw) {
    return draw.fill(
        "{company} " + (draw.percent(50) ? movement(label, draw) : event(label, draw)));
  }

  private static String movement(Label label, Draw draw) {
    boolean welcome = draw.percent(75);
    String figure = draw.from(welcome ? WELCOME : UNWELCOME);
    return switch (label) {
      case POSITIVE ->
          figure + " " + draw.from(welcome ? WELCOME_UP : UNWELCOME_DOWN) + " {p}% in the {period}";
      case NEGATIVE ->
          figure + " " + draw.from(welcome ? WELCOME_DOWN : UNWELCOME_UP) + " {p}% in the {period}";
      case NEUTRAL -> figure + " " + draw.from(LEVEL) + " in the {period}";
    };
  }

  private static String event(Label label, Draw draw) {
    return switch (label) {
      case POSITIVE -> draw.from(GOOD_EVENTS);
      case NEGATIVE -> draw.from(BAD_EVENTS);
      case NEUTRAL -> draw.from(PLAIN_EVENTS);
    };
  }

  private enum Label {
    POSITIVE("positive"),
    NEGATIVE("negative"),
    NEUTRAL("neutral");

    private final String word;

    Label(String word) {
      this.word = word;
    }
  }
}
