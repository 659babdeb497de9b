package dev.sluice.app.sweep;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A sweep as JSON. */
public final class SweepJson {

  private static final JsonMapper JSON = new JsonMapper();

  private SweepJson() {}

  public static ObjectNode of(SweepReport report) {
    ObjectNode node = JSON.createObjectNode();
    SweepSetting setting = report.setting();
    node.put("model", setting.model()).put("rows", setting.rows());
    node.put("alpha", setting.alpha());
    node.put("learningRate", setting.learningRate());
    node.put("warmupUpdates", setting.warmupUpdates());
    node.put("seed", setting.seed()).put("steps", setting.steps());
    node.put("batch", setting.batch()).put("heldOutExamples", setting.heldOut());
    ArrayNode runs = node.putArray("runs");
    report.runs().forEach(run -> put(runs.addObject(), run, report));
    return node;
  }

  private static void put(ObjectNode node, SweepRun run, SweepReport report) {
    node.put("rank", run.rank());
    node.put("scaling", run.scaling().name().toLowerCase(Locale.ROOT));
    node.put("gamma", run.lora().gamma());
    node.put("firstGradientNormB", run.firstNormB());
    node.put("toSmallestRank", report.toSmallestRank(run));
    node.put("heldOutLossNats", run.heldOutLossNats());
    put(node.putArray("lossNats"), run, SweepStep::lossNats);
    put(node.putArray("gradientNorms"), run, SweepStep::gradientNorm);
    put(node.putArray("gradientNormsB"), run, SweepStep::gradientNormB);
  }

  private static void put(ArrayNode array, SweepRun run, ToDoubleFunction<SweepStep> figure) {
    run.steps().forEach(step -> array.add(figure.applyAsDouble(step)));
  }
}
