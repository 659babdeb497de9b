package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Counts;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Manifest.Scores;
import dev.sluice.checkpoint.Manifest.Seal;
import dev.sluice.checkpoint.Manifest.StepSpan;
import dev.sluice.data.IngestResult;
import dev.sluice.evaluate.TaskAccuracy;
import dev.sluice.lora.TargetModule;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.GradientNorms.ModuleNorm;
import dev.sluice.train.StepOutcome.Applied;
import dev.sluice.train.StepReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Examples in; records of steps and manifests out and in: 30 layers, 50 steps a checkpoint. */
@State(Scope.Benchmark)
public class SerdeBenchmark {

  private static final int LAYERS = 30;
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  private final ExampleJson examples = ExampleJson.unlimited();
  private final ExampleJson.Defaults defaults = new ExampleJson.Defaults("a", "task", "source");
  private final byte[] version1 =
      """
      {"v":1,"id":"7f3a","adapter":"sentiment","task":"headline","completion":"negative",\
      "prompt":"Sentiment of: Acme Industries cut its full-year outlook after orders fell.\\nAnswer: ",\
      "source":"newswire","eventTime":"2026-03-01T12:00:00Z","weight":1.0}\
      """
          .getBytes(UTF_8);
  private final byte[] row =
      """
      {"context":"Sentiment of: Acme Industries cut its full-year outlook after orders fell.\\nAnswer: ",\
      "target":"negative"}\
      """
          .getBytes(UTF_8);
  private final Applied step = new Applied(report());
  private final Manifest manifest = manifest();
  private final byte[] manifestBytes = ManifestJson.write(manifest);

  @Benchmark
  public IngestResult parseVersion1() {
    return examples.parse(version1, defaults);
  }

  @Benchmark
  public IngestResult parseRow() {
    return examples.parse(row, defaults);
  }

  @Benchmark
  public byte[] writeStepRecord() {
    return StepRecord.write(
        "sentiment",
        3,
        99,
        TIME,
        step,
        new TreeMap<>(Map.of("tfns", new TaskAccuracy(100, 80, 50))));
  }

  @Benchmark
  public byte[] writeManifest() {
    return ManifestJson.write(manifest);
  }

  @Benchmark
  public Manifest readManifest() {
    return ManifestJson.read(manifestBytes);
  }

  private static StepReport report() {
    List<ModuleNorm> norms =
        IntStream.range(0, LAYERS)
            .boxed()
            .flatMap(
                layer ->
                    Stream.of(TargetModule.values())
                        .map(target -> new ModuleNorm(layer, target, 0.0123 * layer, 0.3456)))
            .toList();
    List<ExampleScore> scores = Collections.nCopies(16, new ExampleScore("tfns", true, 1));
    return new StepReport(
        7,
        1.25,
        16,
        1600,
        32,
        100,
        115,
        2e-4,
        new GradientNorms(1.5, norms),
        scores,
        Duration.ofMillis(250));
  }

  private static Manifest manifest() {
    return new Manifest(
        Manifest.FORMAT,
        "sentiment",
        5,
        4L,
        "12".repeat(32),
        1_700_000_000_000L,
        TIME,
        250,
        250,
        3,
        4000,
        LongStream.range(200, 250)
            .mapToObj(step -> new StepSpan(step + 1, 16 * step, 16 * step + 15, 16, null))
            .toList(),
        List.of(
            new FileEntry("adapter_config.json", 812, "ab".repeat(32), 1, 40, 40),
            new FileEntry("adapter_model.safetensors", 78_000_000, "cd".repeat(32), 78, 41, 118)),
        new BaseModel("org/base", "ef".repeat(32)),
        new Environment("0.1.0", "2.7.1", "cpu", "cpu", "fp32", "none", "amd64 AVX512", 2, 42),
        new TreeMap<>(Map.of("lora.rank", "64", "seed", "42")),
        new Counts(4000, 7, 2, new TreeMap<>(Map.of("newswire", 4000L))),
        new Scores(0.0213, 0.9375),
        TIME,
        List.of(),
        new Seal("34".repeat(32), null));
  }
}
