package dev.sluice.app.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * An endless feed of labelled financial examples from several sources, with some bad records and
 * some duplicates in it.
 *
 * <p>Everything follows from the settings: two feeds with the same settings send the same bytes.
 * Not thread-safe.
 */
public final class FinancialFeed implements Iterator<FeedRecord> {

  private static final List<String> NEWS_SOURCES =
      List.of("newswire-a", "newswire-b", "analyst-desk");
  private static final List<String> FILING_SOURCES = List.of("filings", "analyst-desk");

  private static final QuestionWriter SENTIMENT_WRITER = new SentimentWriter();
  private static final QuestionWriter ENTITY_WRITER = new EntityWriter();
  private static final QuestionWriter TAG_WRITER = new TagWriter();
  private static final QuestionWriter VALUE_WRITER = new ValueWriter();

  /** A duplicate repeats one of this many records. */
  private static final int REMEMBERED = 64;

  private final FeedSettings settings;
  private final Random random;
  private final Draw draw;
  private final List<FeedRecord> recent = new ArrayList<>(REMEMBERED);

  private long sent;
  private long examples;
  private long bad;

  public FinancialFeed(FeedSettings settings) {
    this.settings = settings;
    this.random = new Random(settings.seed());
    this.draw = new Draw(random);
  }

  /** Always: the feed has no end. */
  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public FeedRecord next() {
    double lot = random.nextDouble();
    FeedRecord record;
    if (lot < settings.badShare()) {
      record = badRecord();
    } else if (lot < settings.badShare() + settings.duplicateShare() && !recent.isEmpty()) {
      record = draw.from(recent);
    } else {
      record = goodRecord();
    }
    sent++;
    return record;
  }

  private FeedRecord goodRecord() {
    Task task = drawTask();
    FeedRecord record = new FeedRecord(id(), ExampleJson.bytes(example(task)), task, false);
    if (recent.size() < REMEMBERED) {
      recent.add(record);
    } else {
      recent.set((int) (examples % REMEMBERED), record);
    }
    examples++;
    return record;
  }

  /** Each defect in turn, so that even a short feed has them all. */
  private FeedRecord badRecord() {
    Defect[] defects = Defect.values();
    Defect defect = defects[(int) (bad % defects.length)];
    bad++;
    return new FeedRecord(id(), defect.spoil(example(drawTask()), draw), null, true);
  }

  private Task drawTask() {
    return TaskMix.at(sent, settings.driftAfter()).draw(random);
  }

  private ObjectNode example(Task task) {
    Question question = writer(task).write(draw);
    boolean news = task == Task.SENTIMENT || task == Task.ENTITY;
    Instant eventTime = settings.start().plus(settings.interval().multipliedBy(sent));
    Instant labelTime = eventTime.plus(Duration.ofMillis(draw.number(500, 10_000)));
    return ExampleJson.example(
        id(),
        settings.adapter(),
        task,
        question,
        draw.from(news ? NEWS_SOURCES : FILING_SOURCES),
        eventTime,
        labelTime);
  }

  private static QuestionWriter writer(Task task) {
    return switch (task) {
      case SENTIMENT -> SENTIMENT_WRITER;
      case ENTITY -> ENTITY_WRITER;
      case TAG -> TAG_WRITER;
      case VALUE -> VALUE_WRITER;
    };
  }

  /** The seed keeps apart what two feeds send to one adapter. */
  private String id() {
    return HexFormat.of().toHexDigits(settings.seed()) + "-" + sent;
  }
}
