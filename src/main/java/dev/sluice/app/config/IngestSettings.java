package dev.sluice.app.config;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What ingest accepts and remembers. */
public record IngestSettings(int maxExampleBytes, Duration dedupeWindow, Path stateDir) {

  private static final String MAX_EXAMPLE_BYTES = "example.max.bytes";
  private static final String DEDUPE_WINDOW = "ingest.dedupe.window";
  private static final String STATE_DIR = "ingest.state.dir";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Ingest")
        .integer(
            MAX_EXAMPLE_BYTES,
            262_144,
            NumberBounds.between(1, 900_000),
            Importance.MEDIUM,
            "bytes",
            "The largest example that is accepted; larger ones are rejected.")
        .duration(
            DEDUPE_WINDOW,
            "7d",
            DurationBounds.between("1m", "365d"),
            Importance.MEDIUM,
            "An example whose id was seen within this time is dropped as a duplicate.")
        .text(
            STATE_DIR,
            "",
            Requirement.none(),
            Importance.MEDIUM,
            "Directory of the ids that were seen; lost state is rebuilt from Kafka. Empty for"
                + " sluice-ingest in the directory for temporary files.");
  }

  static IngestSettings from(Values values) {
    String stateDir = values.text(STATE_DIR);
    return new IngestSettings(
        values.integer(MAX_EXAMPLE_BYTES),
        values.duration(DEDUPE_WINDOW),
        stateDir.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir"), "sluice-ingest")
            : Path.of(stateDir));
  }
}
