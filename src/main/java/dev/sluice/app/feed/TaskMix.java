package dev.sluice.app.feed;

import java.util.Random;

/** The shares of the tasks in a stretch of the feed, in percent; the rest is {@link Task#VALUE}. */
enum TaskMix {
  /**
   * A feed that does not drift. Reading figures takes more examples to learn than reading words.
   */
  EVEN(35, 25, 13),
  /** Before the drift: mostly words. */
  WORDS(40, 40, 10),
  /** After the drift: mostly figures. */
  FIGURES(10, 10, 35);

  private final int sentiment;
  private final int entity;
  private final int tag;

  TaskMix(int sentiment, int entity, int tag) {
    this.sentiment = sentiment;
    this.entity = entity;
    this.tag = tag;
  }

  /** The mix that holds for a record, counted from 0. */
  static TaskMix at(long record, long driftAfter) {
    if (driftAfter == FeedSettings.NO_DRIFT) {
      return EVEN;
    }
    return record < driftAfter ? WORDS : FIGURES;
  }

  Task draw(Random random) {
    int lot = random.nextInt(100);
    if (lot < sentiment) {
      return Task.SENTIMENT;
    }
    if (lot < sentiment + entity) {
      return Task.ENTITY;
    }
    return lot < sentiment + entity + tag ? Task.TAG : Task.VALUE;
  }
}
