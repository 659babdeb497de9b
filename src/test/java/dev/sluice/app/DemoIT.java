package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.serde.ManifestJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole line: broker, feed, ingest, trainer, and the adapter back from its topic. */
class DemoIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;

  @Test
  void everyRecordIsAccountedForAndTheAdapterIsTheOneOnTheTopic() throws IOException {
    Path out = directory.resolve("adapter");

    CommandRun demo =
        CommandRun.of(
            "demo",
            "--examples",
            "400",
            "--bad-share",
            "0.05",
            "--rank",
            "8",
            "--json",
            "--out",
            out.toString());

    assertEquals(0, demo.exitCode(), demo.err());
    JsonNode report = JSON.readTree(demo.out());
    assertEquals(
        400,
        report.path("examples").asInt()
            + report.path("rejected").asInt()
            + report.path("duplicates").asInt());
    assertTrue(report.path("rejected").asInt() > 5, "bad records were rejected");
    int fullBatches = (report.path("examples").asInt() + 15) / 16; // linger may close some early
    assertTrue(report.path("steps").asInt() >= fullBatches, "steps");
    assertTrue(report.path("versions").asInt() >= 1, "versions were published");
    assertEquals(4, report.path("tasks").size());
    assertTrue(report.path("gradientNorms").path("q_proj").path("B").asDouble() > 0, "norms");
    assertTrue(report.path("lastLossNats").asDouble() < 5, "loss");
    assertAdapter(out, report);
  }

  private static void assertAdapter(Path out, JsonNode report) throws IOException {
    byte[] weights = Files.readAllBytes(out.resolve(PeftFiles.WEIGHTS));
    Manifest manifest = ManifestJson.read(Files.readAllBytes(out.resolve(AdapterPull.MANIFEST)));
    assertEquals(manifest.file(PeftFiles.WEIGHTS).sha256(), Sha256.of(weights));
    assertEquals(report.path("sha256").asText(), Sha256.of(weights));
    assertEquals(report.path("newest").asText(), manifest.id());
    assertEquals(report.path("examples").asLong(), manifest.counts().examples());
    JsonNode config = JSON.readTree(Files.readAllBytes(out.resolve(PeftFiles.CONFIG)));
    assertTrue(config.path("use_rslora").asBoolean(), "rank-stabilised");
    assertEquals(8, config.path("r").asInt());
    List<String> targets = new ArrayList<>();
    config.path("target_modules").forEach(target -> targets.add(target.asText()));
    assertEquals(targets.stream().sorted().toList(), targets);
    assertEquals(7, targets.size());
    Set<TargetModule> modules = targets.stream().map(TargetModule::of).collect(Collectors.toSet());
    LoraConfig lora = new LoraConfig(8, 16, LoraScaling.RSLORA, modules);
    assertEquals(7 * 6, PeftFiles.readWeights(weights, lora, 6).modules().size());
  }

  @Test
  void aDirectoryThatSluiceDidNotWriteIsNotReplaced() throws IOException {
    Path mine = Files.createDirectory(directory.resolve("mine"));
    Files.writeString(mine.resolve("thesis.txt"), "precious");

    CommandRun demo = CommandRun.of("demo", "--out", mine.toString());

    assertEquals(1, demo.exitCode());
    assertTrue(demo.err().contains("--out"), demo.err());
    assertEquals("precious", Files.readString(mine.resolve("thesis.txt")));
  }

  @Test
  void wrongNumbersAreUsageErrors() {
    assertEquals(2, CommandRun.of("demo", "--examples", "0").exitCode());
    assertEquals(2, CommandRun.of("demo", "--bad-share", "2").exitCode());
    assertEquals(2, CommandRun.of("demo", "--rank", "0").exitCode());
  }
}
