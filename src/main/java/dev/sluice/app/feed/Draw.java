package dev.sluice.app.feed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Draws words, names and numbers. {@link Random}, because its algorithm is specified: a seed gives
 * the same feed on every JDK.
 */
final class Draw {

  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");

  private final Random random;

  Draw(Random random) {
    this.random = random;
  }

  <T> T from(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Different members of a list, in random order. */
  <T> List<T> distinct(int count, List<T> choices) {
    List<T> shuffled = new ArrayList<>(choices);
    Collections.shuffle(shuffled, random);
    return shuffled.subList(0, count);
  }

  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  /** A number from {@code low} to {@code high}, both included. */
  int number(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  /**
   * Fills the slots of a sentence: {@code {company}}, {@code {person}}, {@code {place}}, {@code
   * {period}}, {@code {day}}, {@code {n}} (a number of two or three digits) and {@code {p}} (a
   * percentage below 60).
   */
  String fill(String frame) {
    return SLOT.matcher(frame).replaceAll(slot -> slot(slot.group(1)));
  }

  private String slot(String name) {
    return switch (name) {
      case "company" -> Names.company(this);
      case "person" -> Names.person(this);
      case "place" -> Names.place(this);
      case "period" -> from(Names.PERIODS);
      case "day" -> from(Names.DAYS);
      case "n" -> Integer.toString(number(12, 980));
      case "p" -> Integer.toString(number(2, 59));
      default -> throw new IllegalArgumentException("no slot is called " + name);
    };
  }
}
