package dev.sluice.app.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SentimentWriterTest {

  private static final String BURDEN = "(loss|debt|deficit|cost overrun|backlog of complaints) ";

  /** What a reader would look for, label by label. */
  private static final Map<String, Pattern> SIGNS =
      Map.of(
          "positive",
              Pattern.compile(
                  "rose|climbed|jumped|grew|increased|improved"
                      + ("|" + BURDEN + "(narrowed|eased|lessened|was cut)")
                      + "|wins|beats|upgraded|lands|tops|soar"),
          "negative",
              Pattern.compile(
                  "fell|dropped|declined|shrank|decreased|worsened"
                      + ("|" + BURDEN + "(widened|ballooned|swelled|deepened)")
                      + "|loses|misses|downgraded|warns|probe|falls|plunge"),
          "neutral",
              Pattern.compile(
                  "no change|steady|level|flat|matched|as expected|met forecasts|names|holds|report"
                      + "|moves|confirms|appoints"));

  private final Draw draw = new Draw(new Random(14));

  @Test
  void answersWithTheOneSentimentWhoseSignsTheHeadlineShows() {
    for (int i = 0; i < 5_000; i++) {
      Question question = new SentimentWriter().write(draw);
      String headline = question.prompt().split("\n", -1)[1];
      List<String> signed =
          SIGNS.entrySet().stream()
              .filter(sign -> sign.getValue().matcher(headline).find())
              .map(Map.Entry::getKey)
              .toList();
      assertEquals(List.of(question.answer()), signed, headline);
    }
  }
}
