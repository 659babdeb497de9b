package dev.sluice.app.config;

import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** When a checkpoint is published: after so many steps or so much time, whichever comes first. */
public record CheckpointSettings(int steps, Duration interval) {

  private static final String STEPS = "checkpoint.steps";
  private static final String INTERVAL = "checkpoint.interval";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Checkpoints")
        .integer(
            STEPS,
            50,
            NumberBounds.between(1, 5000),
            Importance.HIGH,
            "steps",
            "A checkpoint is published after this many steps, if the interval has not ended"
                + " before.")
        .duration(
            INTERVAL,
            "60s",
            DurationBounds.between("1s", "1d"),
            Importance.HIGH,
            "A checkpoint is published this long after the last one, if a step was taken since.");
  }

  static CheckpointSettings from(Values values) {
    return new CheckpointSettings(values.integer(STEPS), values.duration(INTERVAL));
  }
}
