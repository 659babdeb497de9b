package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.RejectedTopic;
import dev.sluice.kafka.RejectedTopic.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends rejected records once more, as they were. */
@Command(
    name = "resend",
    description = {
      "Sends rejected records again, byte for byte, to where they were rejected: those of ingest to"
          + " the examples topic, those of the trainer to the train topic. After an adapter was"
          + " registered or a limit raised, say. They stay on the rejected topic as well."
    },
    footer = {
      "  sluice rejected resend --offset 0:17 --offset 0:18",
      "  sluice rejected resend --all",
    })
final class RejectedResendCommand implements Callable<Integer> {

  private static final class Which {
    @Option(
        names = "--offset",
        paramLabel = "PARTITION:OFFSET",
        description = "A record, as the list names it; may be repeated.")
    private List<String> offsets = new ArrayList<>();

    @Option(names = "--all", description = "Every record on the rejected topic.")
    private boolean all;
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    RejectedTopic topic = new RejectedTopic(config.kafkaClient(), config.topics());
    List<Entry> chosen = choose(topic.all());
    List<Entry> complete = chosen.stream().filter(Entry::isComplete).toList();
    topic.resend(complete);
    Output out = new Output(spec);
    out.line("%d records sent again".formatted(complete.size()));
    if (complete.size() < chosen.size()) {
      out.line(
          "%d left out: empty, or too large to have been copied; see where they came from"
              .formatted(chosen.size() - complete.size()));
    }
    return 0;
  }

  private List<Entry> choose(List<Entry> all) {
    if (which.all) {
      return all;
    }
    List<Entry> chosen = new ArrayList<>();
    for (String name : which.offsets) {
      chosen.add(
          all.stream()
              .filter(e -> (e.partition() + ":" + e.offset()).equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CommandFailedException(
                          "there is no rejected record at %s; see: sluice rejected list"
                              .formatted(name))));
    }
    return chosen;
  }
}
