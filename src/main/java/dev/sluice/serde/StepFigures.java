package dev.sluice.serde;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.train.StepReport;

/**
 * What tells one run of a step from another, as precise as a {@link StepRecord} has it. What is not
 * finite is NaN. Two of them are equal if their figures are, bit by bit.
 *
 * @param attempt of the trainer that took the step
 * @param gradientNorm over all adapter parameters
 */
public record StepFigures(long step, long attempt, float lossNats, float gradientNorm) {

  /**
   * Those that a step's record has.
   *
   * @throws PayloadException if the value is not a JSON object
   */
  public static StepFigures read(byte[] value) {
    JsonNode node = StepRecord.read(value);
    return new StepFigures(
        node.path("step").asLong(),
        node.path("attempt").asLong(),
        number(node.path("lossNats")),
        number(node.path("gradientNorm")));
  }

  /** Those that the record of this step would have. */
  public static StepFigures of(long attempt, StepReport report) {
    return new StepFigures(
        report.step(), attempt, finite(report.lossNats()), finite(report.norms().global()));
  }

  private static float number(JsonNode node) {
    return node.isNumber() ? finite(node.asDouble()) : Float.NaN;
  }

  private static float finite(double value) {
    float rounded = (float) value;
    return Float.isFinite(rounded) ? rounded : Float.NaN;
  }
}
