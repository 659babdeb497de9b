package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.RejectedTopic;
import dev.sluice.kafka.RejectedTopic.Entry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what was rejected and why. */
@Command(
    name = "list",
    description = {
      "Lists rejected records: where each lies, why it was rejected and where it came from. Their"
          + " content is shown only with --values."
    },
    footer = {
      "  sluice rejected list",
      "  sluice rejected list --limit 5 --values --json",
    })
final class RejectedListCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The newest N records; ${DEFAULT-VALUE} by default.")
  private int limit = 50;

  @Option(names = "--values", description = "Show the records' content too.")
  private boolean values;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Brokers.requireReachable(config.kafkaClient());
    List<Entry> all = new RejectedTopic(config.kafkaClient(), config.topics()).all();
    List<Entry> newest = all.subList(Math.max(0, all.size() - Math.max(0, limit)), all.size());
    if (json) {
      new Output(spec).json(toJson(newest));
    } else {
      print(new Output(spec), all, newest);
    }
    return 0;
  }

  private void print(Output out, List<Entry> all, List<Entry> newest) {
    Table table = new Table("AT", ">BYTES", "FROM", "REASON");
    for (Entry entry : newest) {
      table.row(
          entry.partition() + ":" + entry.offset(),
          "%,d".formatted(entry.bytes()),
          entry.record().rejection().source(),
          entry.record().rejection().reason());
    }
    if (!newest.isEmpty()) {
      out.table(table);
    }
    if (values) {
      newest.forEach(e -> out.line(e.partition() + ":" + e.offset() + " " + content(e)));
    }
    Map<String, Long> byTopic =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    e -> e.record().rejection().source().topic(),
                    TreeMap::new,
                    Collectors.counting()));
    out.line("%d rejected, %d shown %s".formatted(all.size(), newest.size(), byTopic));
  }

  private ArrayNode toJson(List<Entry> entries) {
    ArrayNode array = Output.array();
    for (Entry entry : entries) {
      ObjectNode node = array.addObject();
      node.put("partition", entry.partition()).put("offset", entry.offset());
      node.put("reason", entry.record().rejection().reason());
      node.put("source", entry.record().rejection().source().toString());
      node.put("bytes", entry.bytes());
      if (values) {
        node.put("value", content(entry));
      }
    }
    return array;
  }

  private static String content(Entry entry) {
    byte[] value = entry.record().value();
    return value == null ? "" : new String(value, StandardCharsets.UTF_8);
  }
}
