package dev.sluice.app.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What is trained, and from which model. */
final class AdapterKeys {

  static final String NAME = "adapter.name";
  static final String START = "adapter.start";
  static final String MAX = "adapters.max";
  static final String MODEL_DIR = "model.dir";

  private AdapterKeys() {}

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Adapter and model")
        .text(
            NAME,
            "default",
            Requirement.legalName(100),
            Importance.HIGH,
            "The adapter that a trainer trains.")
        .text(
            START,
            "",
            Requirement.none(),
            Importance.MEDIUM,
            "A directory with an adapter in PEFT's format that a new adapter starts from; empty for"
                + " weights drawn from the seed. Its rank, alpha, scaling and target modules must"
                + " be those of the configuration. Ignored where there is a checkpoint to restore.")
        .integer(
            MAX,
            16,
            NumberBounds.between(1, 1000),
            Importance.MEDIUM,
            "partitions",
            "Partitions of the topics that give each adapter a partition of its own: how many"
                + " adapters there can ever be.")
        .text(
            MODEL_DIR,
            "builtin:sluice-tiny",
            Requirement.notEmpty(),
            Importance.HIGH,
            "The base model: a directory as Hugging Face lays it out; org/name of a model that"
                + " 'sluice model fetch' brought; or builtin:sluice-tiny, a small model that comes"
                + " with Sluice.");
  }
}
