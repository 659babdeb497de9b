package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.TopicAdmin;
import dev.sluice.kafka.TopicFinding;
import dev.sluice.kafka.TopicFinding.Severity;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks whether Kafka is set up as Sluice needs it. */
@Command(
    name = "check",
    description = {
      "Checks partitions, retention, message size and the brokers' features, and changes nothing."
          + " Exits with 1 if something is wrong; warnings alone exit with 0."
    },
    footer = {
      "  sluice topics check",
      "  sluice topics check --config sluice.yaml",
    })
final class TopicsCheckCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    try (Admin admin = Admin.create(config.kafkaClient())) {
      List<TopicFinding> findings = new TopicAdmin(admin, Topics.layout(config)).check();
      Table table = new Table("SEVERITY", "SUBJECT", "FINDING");
      findings.forEach(f -> table.row(f.severity(), f.subject(), f.message()));
      new Output(spec).table(table);
      return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR) ? 1 : 0;
    }
  }
}
