package dev.sluice.app.config;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A text that meets one requirement, which the message and the documentation put in words. */
final class Requirement extends Bounds {

  private static final Pattern TOPIC_CHARACTERS = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda:\\d{1,3}");
  private static final Pattern ADDRESS = Pattern.compile("\\S+:\\d{1,5}");

  private final String words;
  private final Predicate<String> test;

  private Requirement(String words, Predicate<String> test) {
    this.words = words;
    this.test = test;
  }

  static Requirement oneOf(String... known) {
    return new Requirement("one of " + String.join(", ", known), Arrays.asList(known)::contains);
  }

  /** What Kafka takes as a part of a topic's name and a file system as the name of a directory. */
  static Requirement legalName(int maxCharacters) {
    return new Requirement(
        "1 to %d letters, digits, '.', '_' or '-', not '.' or '..'".formatted(maxCharacters),
        text ->
            TOPIC_CHARACTERS.matcher(text).matches()
                && text.length() <= maxCharacters
                && !text.equals(".")
                && !text.equals(".."));
  }

  static Requirement addresses() {
    return new Requirement(
        "host:port pairs, separated by commas",
        text ->
            Arrays.stream(text.split(",", -1)).allMatch(a -> ADDRESS.matcher(a.trim()).matches()));
  }

  static Requirement device() {
    return new Requirement(
        "auto, cpu or cuda: and a number", text -> DEVICE.matcher(text).matches());
  }

  static Requirement notEmpty() {
    return new Requirement("a text that is not empty", text -> !text.isBlank());
  }

  static Requirement none() {
    return new Requirement("any", text -> true);
  }

  @Override
  public void ensureValid(String key, Object value) {
    if (!test.test(value.toString())) {
      throw violation(key, words, "'" + value + "'");
    }
  }

  @Override
  String canonical(Object value) {
    return value.toString();
  }

  @Override
  public String toString() {
    return words;
  }
}
