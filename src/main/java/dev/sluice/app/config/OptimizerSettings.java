package dev.sluice.app.config;

import dev.sluice.train.LearningRateSchedule;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * AdamW, its schedule and its guard.
 *
 * @param gradientClip the largest L2 norm of all gradients together
 * @param maxSkippedSteps in a row, before training fails
 */
public record OptimizerSettings(
    double learningRate,
    int warmupUpdates,
    double weightDecay,
    double gradientClip,
    int maxSkippedSteps) {

  private static final String LEARNING_RATE = "optimizer.learning.rate";
  private static final String WARMUP_UPDATES = "optimizer.warmup.updates";
  private static final String WEIGHT_DECAY = "optimizer.weight.decay";
  private static final String GRADIENT_CLIP = "optimizer.gradient.clip";
  private static final String MAX_SKIPPED_STEPS = "guard.max.skipped.steps";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Optimizer")
        .real(
            LEARNING_RATE,
            2e-4,
            NumberBounds.above(0).atMost(1),
            Importance.HIGH,
            "",
            "AdamW's learning rate after the warm-up; it stays constant, because a stream has no"
                + " last step.")
        .integer(
            WARMUP_UPDATES,
            10,
            NumberBounds.atLeast(0),
            Importance.MEDIUM,
            "updates",
            "Updates over which the learning rate rises linearly; 0 for no warm-up.")
        .real(
            WEIGHT_DECAY,
            0.01,
            NumberBounds.between(0, 1),
            Importance.LOW,
            "",
            "AdamW's decoupled weight decay.")
        .real(
            GRADIENT_CLIP,
            1.0,
            NumberBounds.above(0),
            Importance.MEDIUM,
            "L2 norm",
            "Gradients are scaled down to this norm, taken over all of them.")
        .integer(
            MAX_SKIPPED_STEPS,
            10,
            NumberBounds.atLeast(1),
            Importance.MEDIUM,
            "steps",
            "Steps in a row whose loss or gradients are not finite, and which are therefore"
                + " skipped, before training fails.");
  }

  static OptimizerSettings from(Values values) {
    return new OptimizerSettings(
        values.real(LEARNING_RATE),
        values.integer(WARMUP_UPDATES),
        values.real(WEIGHT_DECAY),
        values.real(GRADIENT_CLIP),
        values.integer(MAX_SKIPPED_STEPS));
  }

  public LearningRateSchedule schedule() {
    return new LearningRateSchedule(learningRate, warmupUpdates);
  }
}
