package dev.sluice.app.feed;

import java.util.List;

/** Headlines about companies: good news, bad news, or neither. */
final class SentimentWriter implements QuestionWriter {

  private static final String PREFIX =
      "Sentiment of the headline: positive, negative or neutral?\n";

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
          "dividend",
          "margins");

  private static final List<String> UNWELCOME =
      List.of("losses", "costs", "debt", "bad loans", "complaints", "write-downs", "defaults");

  private static final List<String> UP =
      List.of(
          "rose",
          "climbed",
          "jumped",
          "grew",
          "increased",
          "surged",
          "went up",
          "moved higher",
          "advanced");

  private static final List<String> DOWN =
      List.of(
          "fell",
          "dropped",
          "declined",
          "shrank",
          "decreased",
          "slid",
          "went down",
          "moved lower",
          "sank");

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
          "wins {n} million order from {company}",
          "beats forecasts for the {period}",
          "raises its outlook for the {period}",
          "is upgraded to buy by {company}",
          "lands a record contract in {place}",
          "gets approval for its new plant in {place}",
          "shares hit a record high on {day}",
          "tops expectations with a strong {period}",
          "settles its dispute with {company} and lifts its dividend",
          "shares soar {p}% after upbeat results");

  private static final List<String> BAD_EVENTS =
      List.of(
          "loses {n} million order from {company}",
          "misses forecasts for the {period}",
          "cuts its outlook for the {period}",
          "is downgraded to sell by {company}",
          "warns of a weak {period}",
          "faces a probe into its plant in {place}",
          "shares hit a record low on {day}",
          "falls short of expectations in a poor {period}",
          "is sued by {company} and halts its dividend",
          "shares plunge {p}% after gloomy results");

  private static final List<String> PLAIN_EVENTS =
      List.of(
          "names {person} as its auditor",
          "holds its annual meeting in {place}",
          "will report on the {period} on {day}",
          "keeps its outlook for the {period}",
          "publishes the agenda for {day}",
          "moves its head office to {place}",
          "changes its name to {company}",
          "confirms talks with {company}",
          "to present at a conference in {place}",
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

  /** What rises is good news or bad, depending on what it is. */
  private static String movement(Label label, Draw draw) {
    boolean welcome = draw.percent(85);
    String figure = draw.from(welcome ? WELCOME : UNWELCOME);
    return switch (label) {
      case POSITIVE -> figure + " " + draw.from(welcome ? UP : DOWN) + " {p}% in the {period}";
      case NEGATIVE -> figure + " " + draw.from(welcome ? DOWN : UP) + " {p}% in the {period}";
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
