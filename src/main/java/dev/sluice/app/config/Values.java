package dev.sluice.app.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;

/** A value of its declared type for every declared key. */
final class Values {

  private static final Pattern DIGITS = Pattern.compile("[+-]?\\d+");

  private final Map<String, Object> byKey = new HashMap<>();

  private Values() {}

  /**
   * Parses and checks.
   *
   * @param settings as text; keys that are not in it get their defaults
   * @param problems receives a sentence for each value that is wrong
   */
  static Values parse(Map<String, String> settings, List<String> problems) {
    Values values = new Values();
    for (ConfigKey key : Declarations.keys()) {
      Object value = key.defaultValue;
      String text = settings.get(key.name);
      if (text != null) {
        try {
          value = parse(key, text);
        } catch (ConfigException e) {
          problems.add(Objects.requireNonNull(e.getMessage()));
        }
      }
      values.byKey.put(key.name, value);
    }
    return values;
  }

  private static Object parse(ConfigKey key, String text) {
    Object value;
    try {
      value = ConfigDef.parseType(key.name, text, key.type);
    } catch (ConfigException e) {
      throw wrongType(key, text);
    }
    key.validator.ensureValid(key.name, value);
    return value;
  }

  private static ConfigException wrongType(ConfigKey key, String text) {
    if (key.type == ConfigDef.Type.INT && DIGITS.matcher(text.trim()).matches()) {
      // Whole, but more than an int holds: so out of bounds, all of which are within an int.
      try {
        ((NumberBounds) key.validator).ensureValid(key.name, Double.parseDouble(text), text.trim());
      } catch (ConfigException outOfBounds) {
        return outOfBounds;
      }
    }
    String type =
        switch (key.type) {
          case INT -> "a whole number";
          case LONG -> "a whole number of at most 64 bits";
          case DOUBLE -> "a number";
          default -> "a " + Declarations.bounds(key).typeName(key.type);
        };
    return Bounds.violation(key.name, type, "'" + text + "'");
  }

  int integer(String key) {
    return (Integer) get(key);
  }

  long longInteger(String key) {
    return (Long) get(key);
  }

  double real(String key) {
    return (Double) get(key);
  }

  String text(String key) {
    return (String) get(key);
  }

  List<String> list(String key) {
    return ((List<?>) get(key)).stream().map(String::valueOf).toList();
  }

  Duration duration(String key) {
    return DurationBounds.parse(text(key));
  }

  /** Every value, written in the one canonical way. */
  SortedMap<String, String> canonical() {
    SortedMap<String, String> canonical = new TreeMap<>();
    byKey.forEach(
        (key, value) ->
            canonical.put(key, Declarations.bounds(Declarations.key(key)).canonical(value)));
    return canonical;
  }

  private Object get(String key) {
    return Objects.requireNonNull(byKey.get(key), key);
  }
}
