package dev.sluice.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.evaluate.Prequential;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms.ModuleNorm;
import dev.sluice.train.StepOutcome;
import dev.sluice.train.StepOutcome.Skipped;
import dev.sluice.train.StepReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The record of a step as JSON. A replayed step has a higher attempt and supersedes the lost one:
 * of records with one adapter and step, readers keep the last attempt.
 *
 * <p>Norms that are not finite are written as null, since JSON has no other word for them.
 */
public final class StepRecord {

  private static final JsonMapper JSON = new JsonMapper();

  private StepRecord() {}

  /**
   * @param accuracies over a window of recent examples, by task
   */
  public static byte[] write(
      String adapter,
      int partition,
      long attempt,
      Instant time,
      StepOutcome outcome,
      SortedMap<String, TaskAccuracy> accuracies) {
    StepReport report = outcome.report();
    ObjectNode node = JSON.createObjectNode();
    node.put("v", 1).put("adapter", adapter).put("step", report.step()).put("attempt", attempt);
    node.put("time", time.toString());
    node.put("outcome", outcome instanceof Skipped ? "skipped" : "applied");
    if (outcome instanceof Skipped skipped) {
      node.put("reason", skipped.reason());
    }
    put(node, "lossNats", report.lossNats());
    node.put("examples", report.examples());
    node.put("tokens", report.tokens());
    node.put("targetTokens", report.targetTokens());
    node.put("learningRate", report.learningRate());
    node.put("stepMillis", report.time().toNanos() / 1e6);
    node.put("partition", partition);
    node.put("firstOffset", report.firstOffset());
    node.put("lastOffset", report.lastOffset());
    put(node, "gradientNorm", report.norms().global());
    node.set("gradientNorms", norms(report.norms().modules()));
    node.set("tasks", tasks(report.scores(), accuracies));
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }

  /**
   * @throws PayloadException if the value is not a JSON object
   */
  public static JsonNode read(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      if (!node.isObject()) {
        throw new PayloadException("a record of the steps topic is not a JSON object");
      }
      return node;
    } catch (IOException e) {
      throw new PayloadException("a record of the steps topic is not JSON", e);
    }
  }

  /** {@code {"q_proj": {"A": [norm of each layer], "B": […]}, …}}. */
  private static ObjectNode norms(List<ModuleNorm> modules) {
    ObjectNode node = JSON.createObjectNode();
    modules.stream()
        .collect(Collectors.groupingBy(ModuleNorm::target, TreeMap::new, Collectors.toList()))
        .forEach(
            (TargetModule target, List<ModuleNorm> layers) -> {
              ObjectNode ofTarget = node.putObject(target.peftName());
              put(ofTarget.putArray("A"), layers, ModuleNorm::a);
              put(ofTarget.putArray("B"), layers, ModuleNorm::b);
            });
    return node;
  }

  private static void put(
      ArrayNode array, List<ModuleNorm> layers, ToDoubleFunction<ModuleNorm> part) {
    for (ModuleNorm norm : layers) {
      float value = (float) part.applyAsDouble(norm);
      if (Float.isFinite(value)) {
        array.add(value);
      } else {
        array.addNull();
      }
    }
  }

  private static ObjectNode tasks(
      List<ExampleScore> scores, SortedMap<String, TaskAccuracy> accuracies) {
    ObjectNode node = JSON.createObjectNode();
    scores.stream()
        .collect(Collectors.groupingBy(ExampleScore::task, TreeMap::new, Collectors.toList()))
        .forEach(
            (task, ofTask) -> {
              TaskAccuracy now = Prequential.of(ofTask);
              ObjectNode entry = node.putObject(task);
              entry.put("examples", now.examples()).put("correct", now.correct());
              TaskAccuracy recent = accuracies.get(task);
              if (recent != null) {
                entry.put("recentExamples", recent.examples());
                entry.put("recentAccuracy", recent.accuracy());
                entry.put("commonestLabelShare", recent.commonestLabelShare());
              }
            });
    return node;
  }

  private static void put(ObjectNode node, String field, double value) {
    float rounded = (float) value;
    if (Float.isFinite(rounded)) {
      node.put(field, rounded);
    } else {
      node.putNull(field);
    }
  }
}
