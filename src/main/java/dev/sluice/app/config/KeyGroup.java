package dev.sluice.app.config;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** Declares the keys of one group, in the order of the documentation. */
final class KeyGroup {

  private final ConfigDef definitions;
  private final String name;
  private int keys;

  KeyGroup(ConfigDef definitions, String name) {
    this.definitions = definitions;
    this.name = name;
  }

  /**
   * @param unit what the value counts; empty if nothing
   */
  KeyGroup integer(
      String key,
      int defaultValue,
      NumberBounds bounds,
      Importance importance,
      String unit,
      String doc) {
    return key(key, ConfigDef.Type.INT, defaultValue, bounds, importance, unit, doc);
  }

  KeyGroup longInteger(
      String key,
      long defaultValue,
      NumberBounds bounds,
      Importance importance,
      String unit,
      String doc) {
    return key(key, ConfigDef.Type.LONG, defaultValue, bounds, importance, unit, doc);
  }

  KeyGroup real(
      String key,
      double defaultValue,
      Bounds bounds,
      Importance importance,
      String unit,
      String doc) {
    return key(key, ConfigDef.Type.DOUBLE, defaultValue, bounds, importance, unit, doc);
  }

  KeyGroup text(
      String key, String defaultValue, Requirement bounds, Importance importance, String doc) {
    return key(key, ConfigDef.Type.STRING, defaultValue, bounds, importance, "", doc);
  }

  KeyGroup list(
      String key, List<String> defaultValue, Subset bounds, Importance importance, String doc) {
    return key(key, ConfigDef.Type.LIST, defaultValue, bounds, importance, "", doc);
  }

  /** A duration is a string to Kafka. */
  KeyGroup duration(
      String key, String defaultValue, DurationBounds bounds, Importance importance, String doc) {
    return key(key, ConfigDef.Type.STRING, defaultValue, bounds, importance, "as written", doc);
  }

  private KeyGroup key(
      String key,
      ConfigDef.Type type,
      Object defaultValue,
      Bounds bounds,
      Importance importance,
      String unit,
      String doc) {
    // Kafka's display name has no other use here: it carries the unit.
    definitions.define(
        key, type, defaultValue, bounds, importance, doc, name, keys++, Width.NONE, unit);
    return this;
  }
}
