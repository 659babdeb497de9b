package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.BenchReport.Setting;
import dev.sluice.app.BenchReport.TimedStep;
import dev.sluice.model.Quantization;
import dev.sluice.model.RsLoraModel.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchReportTest {

  private static final Setting SETTING =
      new Setting("m", 64, Precision.FP32, Quantization.NONE, false, 2, 16);

  private final BenchReport report =
      new BenchReport(
          SETTING,
          List.of(
              step(9000, 3.5, 1000, 5_000_000_000L),
              step(8000, 3.0, 1000, 5_000_000_000L),
              step(100, 2.5, 100, 4_000_000_000L),
              step(300, 2.0, 300, 8_000_000_000L),
              step(200, 1.5, 200, 6_000_000_000L)),
          900,
          60e9);

  @Test
  void ratesLeaveTheWarmUpOutAndLossesDoNot() {
    JsonNode json = report.json();
    assertEquals(3, json.get("steps").asInt());
    assertEquals(200, json.get("millisAStep").asDouble());
    assertEquals(0.6, json.get("summedSeconds").asDouble(), 1e-9);
    assertEquals(80, json.get("examplesPerSecond").asDouble());
    assertEquals(1000, json.get("tokensPerSecond").asDouble(), 1e-9);
    assertEquals(900, json.get("peakRssMiB").asLong());
    assertEquals(5, json.get("losses").size());
    assertEquals(3.5, json.get("losses").get(0).asDouble());
  }

  @Test
  void theRateIsHeldAgainstTheMatrixProduct() {
    JsonNode json = report.json();
    assertEquals(6e9, json.get("flopsAStep").asDouble());
    assertEquals(30e9, json.get("flopsPerSecond").asDouble(), 1);
    assertEquals(60e9, json.get("gemmFlopsPerSecond").asDouble());
    assertEquals(0.5, json.get("gemmFraction").asDouble(), 1e-9);
  }

  @Test
  void theTableSaysTheSameInWords() {
    List<String> lines =
        report.table().lines().stream().map(line -> line.replaceAll(" {2,}", ": ")).toList();
    assertTrue(lines.contains("GFLOP a step: 6.0"), "" + lines);
    assertTrue(lines.contains("GFLOP/s of a step: 30.0"), "" + lines);
    assertTrue(lines.contains("GFLOP/s of a matrix product, fp32: 60.0"), "" + lines);
    assertTrue(lines.contains("a step's share of that: 50 %"), "" + lines);
  }

  @Test
  void aRunThatOnlyWarmsUpHasNoRates() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new BenchReport(SETTING, List.of(step(1, 1, 1, 1), step(1, 1, 1, 1)), 1, 1));
  }

  private static TimedStep step(double millis, double lossNats, int tokens, long flops) {
    return new TimedStep(millis, lossNats, tokens, flops);
  }
}
