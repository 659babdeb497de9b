package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.sweep.SweepReport;
import dev.sluice.app.sweep.SweepRun;
import dev.sluice.lora.LoraScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankSweepCommandTest {

  @TempDir Path directory;

  /** Theorem 3.2 of arXiv:2312.03732, at the first step, from rank 4 to rank 512. */
  @Test
  void gradientsKeepTheirSizeUnderRsLoraAndCollapseUnderClassicScaling() throws IOException {
    SweepReport report = sweep(() -> false);

    double rsLora = report.toSmallestRank(report.runs(LoraScaling.RSLORA).get(1));
    double classic = report.toSmallestRank(report.runs(LoraScaling.CLASSIC).get(1));
    assertTrue(rsLora > 1 / 1.2 && rsLora < 1.2, "rslora: " + rsLora);
    assertTrue(classic < 1.0 / 8, "classic: " + classic);
    assertAllBeginAsTheBaseModel(report.runs());
  }

  private static void assertAllBeginAsTheBaseModel(List<SweepRun> runs) {
    double loss = runs.get(0).steps().get(0).lossNats();
    for (SweepRun run : runs) {
      assertEquals(loss, run.steps().get(0).lossNats(), 1e-5 * loss);
      double all = run.steps().get(0).gradientNorm();
      assertEquals(all, run.firstNormB(), 1e-5 * all); // so that of A is 0
    }
  }

  @Test
  void stoppingWritesNothing() {
    CommandFailedException e = assertThrows(CommandFailedException.class, () -> sweep(() -> true));
    assertEquals("stopped before the sweep was complete: nothing is written", e.getMessage());
  }

  @Test
  void writesPicturesAndFiguresAndNothingElse() throws IOException {
    Path out = directory.resolve("new").resolve("sweep");
    CommandRun run =
        CommandRun.of(
            "rank-sweep",
            "--ranks",
            "4,2",
            "--steps",
            "1",
            "--batch",
            "2",
            "--lr",
            "0.001",
            "--json",
            "--out",
            out.toString());

    assertEquals(0, run.exitCode(), run.err());
    try (Stream<Path> files = Files.list(out)) {
      assertEquals(
          Set.of("rank-sweep.json", "rank-sweep.png", "rank-sweep.svg"),
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
    }
    assertEquals(run.out(), Files.readString(out.resolve("rank-sweep.json")));
    JsonNode json = new JsonMapper().readTree(run.out());
    assertEquals("sluice-tiny", json.path("model").asText());
    assertEquals(0.001, json.path("learningRate").asDouble());
    assertEquals(4, json.path("runs").size());
    assertEquals(2, json.path("runs").path(0).path("rank").asInt());
  }

  @Test
  void aFileThatIsTooShortIsNamed() throws IOException {
    Path file = directory.resolve("rows.jsonl");
    Files.writeString(file, "{\"context\":\"a \",\"target\":\"b\"}\nnonsense\n");
    CommandRun run =
        CommandRun.of(
            "rank-sweep", "--file", file.toString(), "--out", directory.resolve("o").toString());
    assertEquals(1, run.exitCode());
    assertTrue(
        run.err()
            .contains(
                "rows.jsonl has 1 usable rows, but 32 batches of 16 need 512;"
                    + " the first that cannot be used is row 2: it "),
        run.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--ranks, '4', --ranks must be at least two different ranks but was 4",
    "--ranks, '4,4', --ranks must be at least two different ranks but was",
    "--ranks, '0,4', '--ranks must be from 1 to 8192 each but was 0,4'",
    "--ranks, '4,8193', '--ranks must be from 1 to 8192 each but was 4,8193'",
    "--ranks, '4,x', 'is not an int'",
    "--steps, '0', --steps must be at least 1 but was 0",
    "--batch, '0', --batch must be from 1 to 4096 but was 0",
    "--lr, '2', optimizer.learning.rate",
  })
  void wrongOptionsAreWrongUsage(String option, String value, String message) {
    Path out = directory.resolve("never");
    CommandRun run = CommandRun.of("rank-sweep", option, value, "--out", out.toString());
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(out));
  }

  private static SweepReport sweep(BooleanSupplier stop) throws IOException {
    SluiceConfig config =
        SluiceConfig.load(
            Optional.empty(),
            Map.of(
                // Fewer than the default: rank 512 of all would fill the heap of the tests.
                "lora.target.modules", "q_proj,v_proj,o_proj", "compute.precision", "fp32"));
    RankSweep.Plan plan = new RankSweep.Plan(List.of(4, 512), 1, 4, null);
    try (Progress progress = Progress.ofExamples("Sweeping", plan.allExamples())) {
      return new RankSweep(config, plan, progress, stop).run();
    }
  }
}
