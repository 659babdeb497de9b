package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.sluice.checkpoint.RetentionPolicy;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.HuggingFaceTokens.Bos;
import dev.sluice.model.HuggingFaceTokens.Overflow;
import dev.sluice.model.RsLoraModel.Precision;
import dev.sluice.train.LearningRateSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DefaultsTest {

  private final SluiceConfig config = Configurations.with(Map.of());

  @Test
  void everyKeyHasItsDefaultInCanonicalForm() {
    Map<String, String> expected =
        new TreeMap<>(
            Map.ofEntries(
                Map.entry("adapter.name", "default"),
                Map.entry("adapter.start", ""),
                Map.entry("adapters.max", "16"),
                Map.entry("alerts.gradient.factor", "10"),
                Map.entry("alerts.gradient.window", "64"),
                Map.entry("batch.linger", "2s"),
                Map.entry("batch.max.examples", "16"),
                Map.entry("batch.max.tokens", "8192"),
                Map.entry("checkpoint.interval", "1m"),
                Map.entry("checkpoint.signing.key", ""),
                Map.entry("checkpoint.steps", "50"),
                Map.entry("checkpoint.trusted.keys", ""),
                Map.entry("compute.device", "auto"),
                Map.entry("compute.precision", "auto"),
                Map.entry("compute.quantization", "none"),
                Map.entry("compute.recompute", "false"),
                Map.entry("compute.threads", "0"),
                Map.entry("example.max.bytes", "262144"),
                Map.entry("guard.max.skipped.steps", "10"),
                Map.entry("http.host", "127.0.0.1"),
                Map.entry("http.live.timeout", "2m"),
                Map.entry("http.port", "9464"),
                Map.entry("ingest.dedupe.window", "7d"),
                Map.entry("ingest.state.dir", ""),
                Map.entry("kafka.bootstrap.servers", "localhost:9092"),
                Map.entry("lora.alpha", "16"),
                Map.entry("lora.dropout", "0"),
                Map.entry("lora.rank", "16"),
                Map.entry("lora.scaling", "rslora"),
                Map.entry(
                    "lora.target.modules",
                    "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj"),
                Map.entry("model.dir", "builtin:sluice-tiny"),
                Map.entry("optimizer.gradient.clip", "1"),
                Map.entry("optimizer.learning.rate", "0.0002"),
                Map.entry("optimizer.warmup.updates", "10"),
                Map.entry("optimizer.weight.decay", "0.01"),
                Map.entry("retention.keep.every", "0"),
                Map.entry("retention.keep.last", "10"),
                Map.entry("seed", "42"),
                Map.entry("tokens.bos", "auto"),
                Map.entry("tokens.max.length", "0"),
                Map.entry("tokens.overflow", "reject"),
                Map.entry("topics.prefix", "sluice"),
                Map.entry("topics.replication", "-1")));
    assertEquals(expected, config.canonical());
  }

  @Test
  void theAccessorsCarryTheDefaults() {
    assertEquals(
        new LoraConfig(16, 16, LoraScaling.RSLORA, EnumSet.allOf(TargetModule.class)),
        config.lora());
    assertEquals(new OptimizerSettings(2e-4, 10, 0.01, 1.0, 10), config.optimizer());
    assertEquals(new LearningRateSchedule(2e-4, 10), config.optimizer().schedule());
    assertEquals(new BatchSettings(16, 8192, Duration.ofSeconds(2)), config.batch());
    assertEquals(new TokenSettings(0, Bos.AUTO, Overflow.REJECT), config.tokens());
    assertEquals(new CheckpointSettings(50, Duration.ofSeconds(60)), config.checkpoint());
    assertEquals(new SignatureSettings(Optional.empty(), List.of()), config.signatures());
    assertEquals(new RetentionPolicy(10, 0), config.retention());
    assertEquals(new AlertSettings(10, 64), config.alerts());
    assertEquals(new HttpSettings("127.0.0.1", 9464, Duration.ofMinutes(2)), config.http());
    assertEquals(
        new IngestSettings(
            262_144,
            Duration.ofDays(7),
            Path.of(System.getProperty("java.io.tmpdir"), "sluice-ingest")),
        config.ingest());
    assertEquals("sluice.train", config.topics().train());
    assertEquals(Optional.empty(), config.topicReplication());
    assertEquals("default", config.adapterName());
    assertEquals(16, config.adaptersMax());
    assertEquals("builtin:sluice-tiny", config.modelDir());
    assertEquals(Runtime.getRuntime().availableProcessors(), config.computeThreads());
    assertEquals(42, config.seed());
    assertEquals(Optional.empty(), config.precision());
    assertEquals(false, config.recompute());
    assertEquals(Map.of("bootstrap.servers", "localhost:9092"), config.kafkaClient());
  }

  @Test
  void theAccessorsCarryWhatIsSet() {
    SluiceConfig set =
        Configurations.with(
            Map.ofEntries(
                Map.entry("topics.replication", "3"),
                Map.entry("checkpoint.signing.key", "/etc/sluice/key.pem"),
                Map.entry("checkpoint.trusted.keys", "/etc/sluice/trusted, other.pem"),
                Map.entry("compute.threads", "5"),
                Map.entry("compute.device", "auto"),
                Map.entry("compute.precision", "bf16"),
                Map.entry("compute.recompute", "true"),
                Map.entry("ingest.state.dir", "/var/lib/sluice"),
                Map.entry("http.port", "-1"),
                Map.entry("tokens.bos", "never"),
                Map.entry("tokens.overflow", "cut"),
                Map.entry("lora.scaling", "classic"),
                Map.entry("seed", "-9223372036854775808")));
    assertEquals(Optional.of((short) 3), set.topicReplication());
    assertEquals(
        new SignatureSettings(
            Optional.of(Path.of("/etc/sluice/key.pem")),
            List.of(Path.of("/etc/sluice/trusted"), Path.of("other.pem"))),
        set.signatures());
    assertEquals(5, set.computeThreads());
    assertEquals(Optional.of(Precision.BF16), set.precision());
    assertEquals(true, set.recompute());
    assertEquals(Path.of("/var/lib/sluice"), set.ingest().stateDir());
    assertEquals(false, set.http().enabled());
    assertEquals(new TokenSettings(0, Bos.NEVER, Overflow.CUT), set.tokens());
    assertEquals(LoraScaling.CLASSIC, set.lora().scaling());
    assertEquals(Long.MIN_VALUE, set.seed());
  }

  @Test
  void everyCallForAClientGetsAMapOfItsOwn() {
    assertNotSame(config.kafkaClient(), config.kafkaClient());
    config.kafkaClient().put("group.id", "g");
    assertEquals(Map.of("bootstrap.servers", "localhost:9092"), config.kafkaClient());
  }
}
