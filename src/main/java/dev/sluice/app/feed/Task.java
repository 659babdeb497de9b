package dev.sluice.app.feed;

import java.util.Locale;

/** What an example of the feed asks. */
public enum Task {
  /** Whether a headline is good news, bad news or neither. */
  SENTIMENT,
  /** Whether a name in a sentence is a person's, an organisation's or a place's. */
  ENTITY,
  /** The XBRL tag under which a figure in a sentence is filed. */
  TAG,
  /** The number that a statement gives for one of its tags. */
  VALUE;

  /** The name as the example's field {@code task} carries it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
