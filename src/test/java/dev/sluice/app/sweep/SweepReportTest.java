package dev.sluice.app.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.lora.LoraScaling;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepReportTest {

  private final SweepReport report = SweepReports.of("m", 1, 4, 16, 64);

  @Test
  void ranksAscendWhateverTheOrderOfTheRuns() {
    assertEquals(List.of(4, 16, 64), report.ranks());
    assertEquals(
        List.of(4, 16, 64), report.runs(LoraScaling.CLASSIC).stream().map(SweepRun::rank).toList());
  }

  @Test
  void normsAreComparedWithTheSmallestRankOfTheSameScaling() {
    List<SweepRun> classic = report.runs(LoraScaling.CLASSIC);
    assertEquals(1, report.toSmallestRank(classic.get(0)));
    assertEquals(0.25, report.toSmallestRank(classic.get(2)), 1e-12);
    assertEquals(1, report.toSmallestRank(report.runs(LoraScaling.RSLORA).get(2)), 1e-12);
  }

  @Test
  void jsonHasEveryRunWithItsSteps() {
    var json = SweepJson.of(SweepReports.of("m", 3, 4, 16));

    assertEquals("m", json.path("model").asText());
    assertEquals(64, json.path("heldOutExamples").asInt());
    assertEquals(4, json.path("runs").size());
    var last = json.path("runs").path(3);
    assertEquals("classic", last.path("scaling").asText());
    assertEquals(16, last.path("rank").asInt());
    assertEquals(1, last.path("gamma").asDouble());
    assertEquals(4, last.path("firstGradientNormB").asDouble());
    assertEquals(0.5, last.path("toSmallestRank").asDouble());
    assertEquals(1.0625, last.path("heldOutLossNats").asDouble());
    for (String array : List.of("lossNats", "gradientNorms", "gradientNormsB")) {
      assertEquals(3, last.path(array).size(), array);
    }
  }
}
