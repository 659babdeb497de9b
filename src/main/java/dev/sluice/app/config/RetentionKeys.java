package dev.sluice.app.config;

import dev.sluice.checkpoint.RetentionPolicy;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** Which versions keep their files. */
final class RetentionKeys {

  private static final String KEEP_LAST = "retention.keep.last";
  private static final String KEEP_EVERY = "retention.keep.every";

  private RetentionKeys() {}

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Retention")
        .integer(
            KEEP_LAST,
            10,
            NumberBounds.atLeast(1),
            Importance.MEDIUM,
            "versions",
            "The newest versions that keep their files when an adapter is trimmed. Released"
                + " versions, those that a rollback goes back to, and the parents of all that are"
                + " kept stay too.")
        .integer(
            KEEP_EVERY,
            0,
            NumberBounds.atLeast(0),
            Importance.MEDIUM,
            "versions",
            "Every version that is a multiple of this keeps its files, too; 0 for none.");
  }

  static RetentionPolicy from(Values values) {
    return new RetentionPolicy(values.integer(KEEP_LAST), values.integer(KEEP_EVERY));
  }
}
