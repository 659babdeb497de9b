package dev.sluice.app.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/** A span of time, written as a whole number and its unit, for example {@code 500ms}. */
final class DurationBounds extends Bounds {

  private static final Map<String, ChronoUnit> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", ChronoUnit.DAYS);
    UNITS.put("h", ChronoUnit.HOURS);
    UNITS.put("m", ChronoUnit.MINUTES);
    UNITS.put("s", ChronoUnit.SECONDS);
    UNITS.put("ms", ChronoUnit.MILLIS);
  }

  // Twelve digits of days are still a Duration.
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

  private final String min;
  private final String max;

  private DurationBounds(String min, String max) {
    this.min = min;
    this.max = max;
  }

  static DurationBounds between(String min, String max) {
    return new DurationBounds(min, max);
  }

  @Override
  public void ensureValid(String key, Object value) {
    String text = value.toString();
    if (!SYNTAX.matcher(text).matches()) {
      throw violation(key, "a duration such as 500ms, 2s, 5m, 7d", "'" + text + "'");
    }
    Duration duration = parse(text);
    if (duration.compareTo(parse(min)) < 0) {
      throw violation(key, "at least " + min, text);
    }
    if (duration.compareTo(parse(max)) > 0) {
      throw violation(key, "at most " + max, text);
    }
  }

  static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration: '" + text + "'");
    }
    ChronoUnit unit = UNITS.getOrDefault(matcher.group(2), ChronoUnit.MILLIS);
    return Duration.of(Long.parseLong(matcher.group(1)), unit);
  }

  @Override
  String typeName(ConfigDef.Type type) {
    return "duration";
  }

  /** In the largest unit that leaves a whole number. */
  @Override
  String canonical(Object value) {
    long millis = parse(value.toString()).toMillis();
    if (millis == 0) {
      return "0s";
    }
    for (Map.Entry<String, ChronoUnit> unit : UNITS.entrySet()) {
      long unitMillis = unit.getValue().getDuration().toMillis();
      if (millis % unitMillis == 0) {
        return millis / unitMillis + unit.getKey();
      }
    }
    throw new IllegalStateException("every duration is a whole number of milliseconds");
  }

  @Override
  public String toString() {
    return min + " to " + max;
  }
}
