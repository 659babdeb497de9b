package dev.sluice.checkpoint;

import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Counts;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.checkpoint.Manifest.FileEntry;
import dev.sluice.checkpoint.Manifest.Scores;
import dev.sluice.checkpoint.Manifest.StepSpan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Manifests for tests: {@code sentiment@5}, which has a value in every field, and changes of it.
 */
public final class Manifests {

  private String adapter = "sentiment";
  private int partition = 3;
  private long version = 5;
  private @Nullable Long parent = 4L;
  private @Nullable String parentHash = "12".repeat(32);
  private List<FileEntry> files =
      List.of(new FileEntry("adapter_config.json", 812, "ab".repeat(32), 1, 40, 40));
  private SortedMap<String, String> configuration =
      new TreeMap<>(Map.of("lora.rank", "16", "seed", "42"));
  private SortedMap<String, Long> bySource = new TreeMap<>(Map.of("newswire", 1600L, "b", 300L));
  private @Nullable Scores scores = new Scores(0.0213, 0.9375);
  private @Nullable Instant knowledgeCutoff = Instant.parse("2026-03-01T12:00:00.123456789Z");

  public static Manifest draft() {
    return new Manifests().build();
  }

  public Manifests of(String ofAdapter, int onPartition) {
    adapter = ofAdapter;
    partition = onPartition;
    return this;
  }

  public Manifests version(long value) {
    version = value;
    return this;
  }

  public Manifests parent(@Nullable Long ofVersion, @Nullable String hash) {
    parent = ofVersion;
    parentHash = hash;
    return this;
  }

  public Manifests files(FileEntry... value) {
    files = List.of(value);
    return this;
  }

  public Manifests configuration(Map<String, String> value) {
    configuration = new TreeMap<>(value);
    return this;
  }

  public Manifests bySource(Map<String, Long> value) {
    bySource = new TreeMap<>(value);
    return this;
  }

  public Manifests scores(@Nullable Scores value) {
    scores = value;
    return this;
  }

  public Manifests knowledgeCutoff(@Nullable Instant value) {
    knowledgeCutoff = value;
    return this;
  }

  public Manifest build() {
    return new Manifest(
        Manifest.FORMAT,
        adapter,
        version,
        parent,
        parentHash,
        1_700_000_000_000L,
        Instant.parse("2026-03-01T12:30:00Z"),
        120,
        118,
        partition,
        9001,
        List.of(
            new StepSpan(119, 8000, 8499, 16, null),
            new StepSpan(120, 8500, 9000, 16, "the loss or a gradient is not finite")),
        files,
        new BaseModel("org/base", "cd".repeat(32)),
        new Environment(
            "0.1.0", "2.7.1", "cpu", "cpu", "fp32", "none", "amd64 AVX2", 4, Long.MIN_VALUE),
        configuration,
        new Counts(1900, 7, 2, bySource),
        scores,
        knowledgeCutoff,
        List.of("example-17"),
        null);
  }
}
