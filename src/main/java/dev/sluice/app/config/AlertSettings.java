package dev.sluice.app.config;

import dev.sluice.train.GradientNormMonitor;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * When a gradient norm is worth an alert.
 *
 * @param gradientFactor how far from its running median the norm may be, either way
 * @param gradientWindow steps that the median is taken over
 */
public record AlertSettings(double gradientFactor, int gradientWindow) {

  private static final String GRADIENT_FACTOR = "alerts.gradient.factor";
  private static final String GRADIENT_WINDOW = "alerts.gradient.window";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Alerts")
        .real(
            GRADIENT_FACTOR,
            10,
            NumberBounds.above(1),
            Importance.MEDIUM,
            "",
            "An alert is raised when the gradient norm of all B falls below its running median"
                + " divided by this, or rises above its running median times this.")
        .integer(
            GRADIENT_WINDOW,
            64,
            NumberBounds.between(4, 10_000),
            Importance.LOW,
            "steps",
            "The newest steps that the running median is taken over; no alert is raised before a"
                + " quarter of them is taken.");
  }

  static AlertSettings from(Values values) {
    return new AlertSettings(values.real(GRADIENT_FACTOR), values.integer(GRADIENT_WINDOW));
  }

  public GradientNormMonitor gradientMonitor() {
    return new GradientNormMonitor(gradientFactor, gradientWindow);
  }
}
