package dev.sluice.app.config;

import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The values that a key takes. {@link #toString} is the description in the documentation.
 *
 * <p>Kafka's own validators would do, but for their messages: they name neither unit nor remedy.
 */
abstract class Bounds implements ConfigDef.Validator {

  /**
   * @param value of the key's declared type
   * @throws ConfigException with a sentence for the user if the value is out of bounds
   */
  @Override
  public abstract void ensureValid(String key, Object value);

  /** The name of the type for users. */
  String typeName(ConfigDef.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** The one way to write a valid value, however it was written. */
  abstract String canonical(Object value);

  static ConfigException violation(String key, String requirement, String actual) {
    return new ConfigException("%s must be %s but was %s".formatted(key, requirement, actual));
  }
}
