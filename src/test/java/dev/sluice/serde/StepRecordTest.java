package dev.sluice.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.GradientNorms.ModuleNorm;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReport;
import dev.sluice.train.StepReports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepRecordTest {

  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void carriesLineageLossAndLearningRate() {
    JsonNode json = write(new Applied(StepReports.of(7, 1.25)));
    assertEquals(1, json.get("v").asInt());
    assertEquals("sentiment", json.get("adapter").asText());
    assertEquals(7, json.get("step").asLong());
    assertEquals(99, json.get("attempt").asLong());
    assertEquals(3, json.get("partition").asInt());
    assertEquals(100, json.get("firstOffset").asLong());
    assertEquals(101, json.get("lastOffset").asLong());
    assertEquals("2026-03-01T12:00:00Z", json.get("time").asText());
    assertEquals("applied", json.get("outcome").asText());
    assertFalse(json.has("reason"));
    assertEquals(1.25, json.get("lossNats").asDouble());
    assertEquals(2e-4, json.get("learningRate").asDouble());
    assertEquals(2, json.get("examples").asInt());
    assertEquals(70, json.get("tokens").asInt());
    assertEquals(6, json.get("targetTokens").asInt());
    assertEquals(250, json.get("stepMillis").asDouble());
    assertEquals(1.5, json.get("gradientNorm").asDouble());
  }

  @Test
  void normsAreByProjectionThenMatrixThenLayer() throws IOException {
    assertEquals(
        new JsonMapper().readTree("{\"q_proj\":{\"A\":[0.0,0.0],\"B\":[3.0,4.0]}}"),
        write(new Applied(StepReports.of(1, 1))).get("gradientNorms"));
  }

  @Test
  void tasksCarryThisStepAndTheWindowBefore() {
    JsonNode tasks = write(new Applied(StepReports.of(1, 1))).get("tasks");
    assertEquals(1, tasks.size());
    JsonNode tfns = tasks.get("tfns");
    assertEquals(2, tfns.get("examples").asInt());
    assertEquals(1, tfns.get("correct").asInt());
    assertEquals(10, tfns.get("recentExamples").asInt());
    assertEquals(0.8, tfns.get("recentAccuracy").asDouble());
    assertEquals(0.5, tfns.get("commonestLabelShare").asDouble());
  }

  @Test
  void aTaskWithoutAWindowYetHasThisStepOnly() {
    StepReport report =
        StepReports.of(
            1, 1, new GradientNorms(1, List.of()), List.of(new ExampleScore("new", true, 1)));
    JsonNode task = write(new Applied(report)).get("tasks").get("new");
    assertEquals(1, task.get("correct").asInt());
    assertFalse(task.has("recentAccuracy"));
  }

  @Test
  void aSkippedStepSaysWhy() {
    JsonNode json = write(new Skipped(StepReports.of(7, Double.NaN), "not finite"));
    assertEquals("skipped", json.get("outcome").asText());
    assertEquals("not finite", json.get("reason").asText());
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e39 // infinite as the float that is written
      })
  void whatIsNotFiniteIsNull(double value) {
    ModuleNorm norm = new ModuleNorm(0, TargetModule.Q_PROJ, 1, value);
    StepReport report =
        StepReports.of(1, value, new GradientNorms(value, List.of(norm)), List.of());
    JsonNode json = write(new Skipped(report, "not finite"));
    assertTrue(json.get("lossNats").isNull());
    assertTrue(json.get("gradientNorm").isNull());
    assertTrue(json.get("gradientNorms").get("q_proj").get("B").get(0).isNull());
    assertEquals(1, json.get("gradientNorms").get("q_proj").get("A").get(0).asDouble());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no json", "[1]", "3", "null", "{\"v\":1"})
  void refusesWhatIsNoObject(String value) {
    assertThrows(
        PayloadException.class, () -> StepRecord.read(value.getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode write(StepOutcome outcome) {
    return StepRecord.read(
        StepRecord.write(
            "sentiment",
            3,
            99,
            TIME,
            outcome,
            new TreeMap<>(Map.of("tfns", new TaskAccuracy(10, 8, 5)))));
  }
}
