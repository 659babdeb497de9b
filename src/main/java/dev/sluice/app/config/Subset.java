package dev.sluice.app.config;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** A list without repetitions of at least one of some known names; their order means nothing. */
final class Subset extends Bounds {

  private final List<String> known;

  private Subset(List<String> known) {
    this.known = known;
  }

  static Subset of(List<String> known) {
    return new Subset(List.copyOf(known));
  }

  @Override
  public void ensureValid(String key, Object value) {
    List<?> names = (List<?>) value;
    if (names.isEmpty()) {
      throw violation(key, this.toString(), "empty");
    }
    for (Object name : names) {
      if (!known.contains(name)) {
        throw violation(key, this.toString(), "'" + name + "'");
      }
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw violation(key, "a list without repetitions", "'" + join(names) + "'");
    }
  }

  @Override
  String canonical(Object value) {
    return join(known.stream().filter(((List<?>) value)::contains).toList());
  }

  @Override
  public String toString() {
    return "one or more of " + join(known);
  }

  private static String join(List<?> names) {
    return names.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
