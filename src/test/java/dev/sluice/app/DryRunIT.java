package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice train --dry-run} on a real broker, as a user types it. */
class DryRunIT {

  private static final String NOWHERE = "kafka.bootstrap.servers=127.0.0.1:1";
  private static final String IN_A_SECOND = "kafka.properties.default.api.timeout.ms=1000";

  private final TestBroker broker = TestBroker.shared();
  private final TopicNames topics = broker.freshNames();

  @TempDir Path directory;

  @Test
  void tellsWhatWouldBeTrainedAndChangesNothing() throws Exception {
    run("topics", "create", "--adapter", "other", "--adapter", "tags");
    broker.send(topics.train(), "id", "{}");
    Map<TopicPartition, Long> before = ends();

    CommandRun run = dryRun("--set", "adapter.name=tags", "--set", "lora.rank=64");

    assertEquals(0, run.exitCode(), run.err());
    assertSays(run, "model", "sluice-tiny (builtin:sluice-tiny)");
    assertSays(run, "trainable parameters", "%");
    assertSays(run, "scaling \u03b3", "2 = \u03b1/\u221ar = 16/\u221a64");
    assertSays(run, "learning rate", "0.0002 from update 10 on, 0.00002 at the first");
    assertSays(run, "partition", topics.train() + "-1");
    assertSays(run, "newest checkpoint", "none");
    assertSays(run, "together", ".");
    assertEquals(before, ends(), "no record, no marker");
    assertEquals(Map.of("other", 0, "tags", 1), registry());
    assertFalse(hasTrainersOffsets());
  }

  @Test
  void tellsMachinesTheSame() throws IOException {
    run("topics", "create", "--adapter", "tags");

    CommandRun run = dryRun("--set", "adapter.name=tags", "--set", "compute.threads=3", "--json");

    assertEquals(0, run.exitCode(), run.err());
    JsonNode json = json(run);
    assertEquals("llama", json.at("/model/family").asText());
    assertEquals(5_475_584, json.at("/model/parameters").asLong(), "as its model card says");
    assertEquals(4, json.at("/adapter/gamma").asDouble());
    assertEquals(3, json.at("/training/threads").asInt());
    assertEquals("none", json.at("/training/quantization").asText());
    assertTrue(json.at("/memory/bytes/total").asLong() > 0);
    assertEquals(0, json.at("/kafka/partition").asInt());
    assertTrue(json.at("/kafka/version").isNull());
    assertEquals(0, json.at("/kafka/lag").asInt());
    assertTrue(json.at("/finlora").isEmpty());
  }

  @Test
  void anAdapterThatIsNotRegisteredStaysSo() {
    run("topics", "create", "--adapter", "known");

    CommandRun run = dryRun("--set", "adapter.name=unknown");

    assertEquals(1, run.exitCode());
    assertTrue(run.out().contains("trainable parameters"), run.out());
    assertTrue(run.out().contains("sluice topics create --adapter unknown"), run.out());
    assertEquals(Map.of("known", 0), registry());
  }

  @Test
  void topicsThatAreMissingAreNotCreated() {
    CommandRun run = dryRun();

    assertEquals(1, run.exitCode());
    assertTrue(run.out().contains(topics.adapters() + " does not exist"), run.out());
    assertTrue(dryRun().out().contains(topics.adapters() + " does not exist"));
  }

  @Test
  void withoutKafkaTheRestIsTold() throws IOException {
    CommandRun run = CommandRun.of("train", "--dry-run", "--set", NOWHERE, "--set", IN_A_SECOND);

    assertEquals(1, run.exitCode());
    assertTrue(run.out().contains("trainable parameters"), run.out());
    assertTrue(run.out().contains("Kafka was not reached: no broker answered at"), run.out());

    CommandRun machine =
        CommandRun.of("train", "--dry-run", "--json", "--set", NOWHERE, "--set", IN_A_SECOND);
    assertEquals(1, machine.exitCode());
    assertFalse(json(machine).at("/kafka/reached").asBoolean());
    assertTrue(json(machine).at("/adapter/parameters").asLong() > 0);
  }

  @Test
  void whatATrainerCouldNotOpenIsSaid() {
    CommandRun noStart = dryRun("--set", "adapter.start=/nowhere");
    assertEquals(1, noStart.exitCode());
    assertTrue(noStart.err().contains("adapter.start is /nowhere"), noStart.err());

    CommandRun noGpu = dryRun("--set", "compute.device=cuda:99", "--set", "compute.precision=fp32");
    assertEquals(1, noGpu.exitCode());
    assertTrue(noGpu.err().contains("compute.device is cuda:99"), noGpu.err());
  }

  @Test
  void aFinLoraConfigurationIsToldKeyByKey() throws IOException {
    run("topics", "create", "--adapter", "default");
    Path file =
        Files.writeString(
            directory.resolve("runs.json"),
            """
            {"tags": {"base_model": "org/model", "lora_r": 4, "num_epochs": 4, "peft_use_rslora": true},
             "news": {"base_model": "org/model", "lora_r": 8}}
            """);

    CommandRun run =
        dryRun(
            "--finlora",
            file.toString(),
            "--finlora-name",
            "tags",
            "--model",
            "builtin:sluice-tiny");

    assertEquals(0, run.exitCode(), run.err());
    assertSays(run, "lora_r ", "lora.rank=4");
    assertSays(run, "num_epochs", "passed over once");
    assertSays(run, "base_model", "overridden");
    assertSays(run, "scaling \u03b3", "8 = \u03b1/\u221ar = 16/\u221a4");
    assertSays(run, "on projections", "q_proj,k_proj,v_proj");

    CommandRun modelless = dryRun("--finlora", file.toString(), "--finlora-name", "tags");
    assertEquals(1, modelless.exitCode());
    assertSays(modelless, "base_model", "model.dir=org/model");
    assertTrue(modelless.err().contains("sluice model fetch org/model"), modelless.err());

    CommandRun nameless = dryRun("--finlora", file.toString());
    assertEquals(2, nameless.exitCode());
    assertTrue(nameless.err().contains("tags, news"), nameless.err());
  }

  private CommandRun dryRun(String... args) {
    List<String> all = new ArrayList<>(List.of("train", "--dry-run"));
    all.addAll(List.of(args));
    return run(all.toArray(String[]::new));
  }

  private CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(
        List.of(
            "--set",
            "kafka.bootstrap.servers=" + broker.bootstrap(),
            "--set",
            "topics.prefix=" + topics.prefix()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  /** A line begins with one text and has the other. */
  private static void assertSays(CommandRun run, String begins, String has) {
    assertTrue(
        run.out().lines().anyMatch(line -> line.startsWith(begins) && line.contains(has)),
        run.out());
  }

  private Map<String, Integer> registry() {
    return new AdapterRegistry(broker.client(), topics, 16).all();
  }

  private Map<TopicPartition, Long> ends() throws Exception {
    try (Admin admin = Admin.create(broker.client())) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      List<String> names =
          admin.listTopics().names().get().stream()
              .filter(name -> name.startsWith(topics.prefix() + "."))
              .toList();
      admin
          .describeTopics(names)
          .allTopicNames()
          .get()
          .forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(
                          p ->
                              latest.put(
                                  new TopicPartition(name, p.partition()), OffsetSpec.latest())));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin.listOffsets(latest).all().get().forEach((tp, info) -> ends.put(tp, info.offset()));
      return ends;
    }
  }

  private boolean hasTrainersOffsets() throws Exception {
    try (Admin admin = Admin.create(broker.client())) {
      return admin.listGroups().all().get().stream()
          .anyMatch(group -> group.groupId().equals(topics.prefix() + ".trainer"));
    }
  }

  private static JsonNode json(CommandRun run) throws IOException {
    return new JsonMapper().readTree(run.out());
  }
}
