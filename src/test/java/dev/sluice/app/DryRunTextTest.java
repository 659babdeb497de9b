package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.BaseModel;
import dev.sluice.checkpoint.Manifest.Counts;
import dev.sluice.checkpoint.Manifest.Environment;
import dev.sluice.kafka.AdapterProgress;
import dev.sluice.model.MemoryEstimate;
import dev.sluice.model.ModelConfig;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.ParameterCount;
import dev.sluice.model.Quantization;
import dev.sluice.model.RsLoraModel.Precision;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class DryRunTextTest {

  private static final Manifest NEWEST =
      new Manifest(
          Manifest.FORMAT,
          "tags",
          7,
          6L,
          "12".repeat(32),
          1,
          Instant.parse("2026-01-31T09:30:00Z"),
          350,
          349,
          2,
          5600,
          List.of(),
          List.of(),
          new BaseModel("tiny", "abc"),
          new Environment("1", "2.7.1", "cpu", "cpu", "fp32", "none", "none", 1, 0),
          new TreeMap<>(),
          new Counts(5600, 0, 1, new TreeMap<>()),
          null,
          null,
          List.of(),
          null);

  @Test
  void tellsHowFarTheAdapterIs() {
    DryRun run = run(new KafkaLook(true, new AdapterProgress(2, NEWEST, null, 0, 5632), null));

    String text = print(run);

    assertTrue(text.contains("newest checkpoint  tags@7 of 2026-01-31T09:30:00Z\n"), text);
    assertTrue(text.contains("committed step     350\n"), text);
    assertTrue(text.contains("next offset        5,600\n"), text);
    assertTrue(text.contains("lag                32 offsets\n"), text);
    assertTrue(run.isClear());
    JsonNode kafka = new DryRunJson(run).json().path("kafka");
    assertEquals(7, kafka.path("version").asLong());
    assertEquals(350, kafka.path("step").asLong());
    assertEquals(32, kafka.path("lag").asLong());
  }

  @Test
  void saysWhatKeepsATrainerFromStarting() {
    DryRun run = run(new KafkaLook(true, new AdapterProgress(2, NEWEST, null, 0, 5632), "reason"));

    assertTrue(print(run).endsWith("\nA trainer could not start: reason\n"), print(run));
    assertEquals("reason", new DryRunJson(run).json().at("/kafka/problem").asText());
    assertEquals(false, run.isClear());
  }

  @Test
  void showsClassicScalingAndNoWarmUpAsTheyAre() {
    String text =
        print(
            run(
                new KafkaLook(false, null, "away"),
                Map.of(
                    "lora.scaling", "classic",
                    "lora.rank", "3",
                    "optimizer.warmup.updates", "0")));
    assertTrue(text.contains("5.33333 = \u03b1/r = 16/3\n"), text);
    assertTrue(text.contains("learning rate         0.0002\n"), text);
    assertTrue(text.endsWith("\nKafka was not reached: away\n"), text);
  }

  private static DryRun run(KafkaLook kafka) {
    return run(kafka, Map.of());
  }

  private static DryRun run(KafkaLook kafka, Map<String, String> settings) {
    SluiceConfig config = SluiceConfig.load(Optional.empty(), settings);
    ModelConfig model = ModelDirectory.open(config.modelDir()).config();
    MemoryEstimate.Setup setup =
        new MemoryEstimate.Setup(Precision.FP32, Quantization.NONE, false, 512, 1024, 64);
    return new DryRun(
        config,
        "sluice-tiny",
        model,
        ParameterCount.of(model, config.lora()),
        setup,
        MemoryEstimate.of(model, config.lora(), setup),
        kafka);
  }

  private static String print(DryRun run) {
    StringWriter text = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(text));
    CommandSpec spec = line.getCommandSpec();
    new DryRunText(run).print(new Output(spec));
    return text.toString();
  }
}
