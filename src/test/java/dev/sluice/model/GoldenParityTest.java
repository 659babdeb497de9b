package dev.sluice.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.data.MicroBatch;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraModule;
import dev.sluice.train.StepComputation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sluice computes what Transformers and PEFT compute, in fp32: logits, loss, the gradient of every
 * A and B, gradient norms, and the parameters after one and three clipped AdamW steps.
 *
 * <p>{@code -Dgolden.dir=DIR} adds a directory of further cases of the same form.
 */
class GoldenParityTest {

  private static final Logger LOG = LoggerFactory.getLogger(GoldenParityTest.class);

  /** ‖a − b‖₂ / ‖b‖₂ of a tensor, |a − b| / |b| of a number. */
  private static final double TOLERANCE = 1e-4;

  /**
   * AdamW divides a gradient by its own size, so one that is as small as rounding errors moves its
   * parameter by a whole step in a direction that rounding decides: on another processor PEFT
   * itself goes the other way. Parameters whose gradient is smaller than this, in units of the root
   * mean square of its tensor, are few and are left out of the comparison after a step. The log
   * also has the error with them.
   */
  private static final double ROUNDING = 1e-4;

  private static final double MOST_LEFT_OUT = 1e-3;
  private static final double MOST_DISTURBED = 5e-3;

  @TempDir Path scratch;

  static Stream<GoldenCase> cases() throws IOException {
    List<GoldenCase> cases = new ArrayList<>();
    addCases(Path.of("src", "test", "resources", "golden"), cases);
    String more = System.getProperty("golden.dir", "");
    if (!more.isEmpty()) {
      addCases(Path.of(more), cases);
    }
    return cases.stream();
  }

  private static void addCases(Path directory, List<GoldenCase> cases) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      children
          .filter(child -> Files.exists(child.resolve("expect.safetensors")))
          .sorted()
          .forEach(child -> cases.add(new GoldenCase(child)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithTransformersAndPeft(GoldenCase golden) throws IOException {
    for (boolean recompute : new boolean[] {false, true}) {
      Map<String, Double> errors = errors(golden, recompute);
      LOG.atInfo()
          .addKeyValue("case", golden.name())
          .addKeyValue("recompute", recompute)
          .log("Largest errors {}", errors);
      errors.forEach(
          (what, error) ->
              assertTrue(error < TOLERANCE, golden.name() + ": error of " + what + " is " + error));
    }
  }

  private Map<String, Double> errors(GoldenCase golden, boolean recompute) throws IOException {
    JsonNode expected = golden.expectations();
    JsonNode hyper = expected.path("hyper");
    ModelDirectory directory = golden.model(scratch.resolve("recompute-" + recompute));
    AdapterState adapter = golden.adapter(directory.config().layers());
    Map<String, Double> errors = new LinkedHashMap<>();
    MicroBatch batch = golden.batch();
    RsLoraModel.Options options =
        new RsLoraModel.Options(
            hyper.path("weight_decay").asDouble(),
            hyper.path("max_norm").asDouble(),
            directory.config().maxPositions(),
            2,
            "cpu",
            RsLoraModel.Precision.FP32,
            Quantization.NONE,
            recompute);
    try (RsLoraModel model = RsLoraModel.load(directory, adapter, options)) {
      errors.put(
          "logits", error(model.logits(golden.everywhere()), golden.unmasked("adapted_logits")));
      errors.put("gradients", worst(golden, "grad.", model.gradients(batch)));
      int steps = hyper.path("steps").asInt();
      double disturbed = 0;
      for (int step = 0; step < steps; step++) {
        StepComputation computed = model.step(batch, hyper.path("lr").asDouble());
        merge(errors, "loss", computed.lossNats(), expected.path("losses").get(step));
        merge(errors, "norm", computed.norms().global(), expected.path("gradient_norms").get(step));
        if (step == 0 || step == steps - 1) {
          String name = "step" + (step + 1);
          List<LoraModule> modules = model.adapter().modules();
          double all = worst(golden, name + ".", modules, 0);
          LOG.atInfo()
              .addKeyValue("case", golden.name())
              .addKeyValue("error", all)
              .log("Parameters after {}, those whose gradient is rounding included", name);
          double compared = worst(golden, name + ".", modules, ROUNDING);
          errors.put(name, step == 0 ? compared : Math.max(0, compared - disturbed));
          disturbed = all;
          assertTrue(all < MOST_DISTURBED, golden.name() + ": " + name + " is off by " + all);
        }
      }
    }
    return errors;
  }

  private static double worst(GoldenCase golden, String prefix, List<LoraModule> modules)
      throws IOException {
    return worst(golden, prefix, modules, 0);
  }

  private static double worst(
      GoldenCase golden, String prefix, List<LoraModule> modules, double rounding)
      throws IOException {
    double worst = 0;
    for (LoraModule module : modules) {
      String name = "base_model.model." + module.path();
      String a = name + ".lora_A.default.weight";
      String b = name + ".lora_B.default.weight";
      worst = Math.max(worst, error(golden, prefix, a, module.a().values(), rounding));
      worst = Math.max(worst, error(golden, prefix, b, module.b().values(), rounding));
    }
    return worst;
  }

  private static double error(
      GoldenCase golden, String prefix, String name, float[] actual, double rounding)
      throws IOException {
    float[] expected = golden.floats(prefix + name);
    float[] gradient = golden.floats("grad." + name);
    double threshold = rounding * rootMeanSquare(gradient);
    float[] compared = expected.clone();
    int leftOut = 0;
    for (int i = 0; i < expected.length; i++) {
      if (Math.abs(gradient[i]) < threshold) {
        compared[i] = actual[i];
        leftOut++;
      }
    }
    assertTrue(leftOut <= 4 + MOST_LEFT_OUT * expected.length, leftOut + " left out of " + name);
    return error(actual, compared);
  }

  private static double rootMeanSquare(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  private static void merge(Map<String, Double> errors, String what, double actual, JsonNode node) {
    double expected = node.asDouble();
    errors.merge(what, Math.abs(actual - expected) / Math.abs(expected), Math::max);
  }

  private static double error(float[] actual, float[] expected) {
    assertTrue(actual.length == expected.length, "sizes " + actual.length + ", " + expected.length);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / size);
  }
}
