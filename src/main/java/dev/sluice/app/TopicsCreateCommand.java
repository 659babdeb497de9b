package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.TopicAdmin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Creates what is missing, and registers adapters. */
@Command(
    name = "create",
    description = {
      "Creates the topics that are missing and gives each adapter a partition of its own. What"
          + " exists stays as it is."
    },
    footer = {
      "  sluice topics create",
      "  sluice topics create --adapter sentiment --adapter xbrl --set topics.replication=3",
    })
final class TopicsCreateCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "An adapter to register; may be repeated; adapter.name by default.")
  private List<String> adapters = new ArrayList<>();

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    Output out = new Output(spec);
    try (Admin admin = Admin.create(config.kafkaClient())) {
      Table table = new Table("TOPIC", "DONE");
      new TopicAdmin(admin, Topics.layout(config))
          .create()
          .forEach(done -> table.row(done.topic(), Words.of(done.outcome())));
      out.table(table);
    }
    AdapterRegistry registry =
        new AdapterRegistry(config.kafkaClient(), config.topics(), config.adaptersMax());
    List<String> names = adapters.isEmpty() ? List.of(config.adapterName()) : adapters;
    for (String name : names) {
      out.line(
          "adapter %s has partition %d of %s"
              .formatted(name, registry.register(name), config.topics().train()));
    }
    return 0;
  }
}
