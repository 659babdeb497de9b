package dev.sluice.app.config;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** All keys. Each group declares its own, next to the record that carries its values. */
final class Declarations {

  private static final ConfigDef ALL = declare();

  private Declarations() {}

  private static ConfigDef declare() {
    ConfigDef all = new ConfigDef();
    KafkaKeys.declare(all);
    AdapterKeys.declare(all);
    LoraKeys.declare(all);
    OptimizerSettings.declare(all);
    BatchSettings.declare(all);
    TokenSettings.declare(all);
    CheckpointSettings.declare(all);
    SignatureSettings.declare(all);
    RetentionKeys.declare(all);
    AlertSettings.declare(all);
    IngestSettings.declare(all);
    HttpSettings.declare(all);
    ComputeKeys.declare(all);
    return all;
  }

  /** In the order of their declaration. */
  static Collection<ConfigKey> keys() {
    return ALL.configKeys().values();
  }

  static List<String> groups() {
    return ALL.groups();
  }

  static boolean contains(String key) {
    return ALL.configKeys().containsKey(key);
  }

  static ConfigKey key(String name) {
    return Objects.requireNonNull(ALL.configKeys().get(name), name);
  }

  static Bounds bounds(ConfigKey key) {
    return (Bounds) key.validator;
  }
}
