package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.data.LabelledExample;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.ExampleSender;
import dev.sluice.serde.ExampleJson;
import dev.sluice.serde.NormalisedExample;
import dev.sluice.serde.RejectedExampleException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends a file of examples. */
@Command(
    name = "produce",
    description = {
      "Sends the rows of a JSON Lines file to the examples topic: JSON v1, FinLoRA's"
          + " {\"context\",\"target\"} or {\"messages\"}. A row that is not valid is named by its"
          + " line number and left out; the rest goes on, and the exit code is 1."
    },
    footer = {
      "  sluice produce --file rows.jsonl --adapter sentiment --task tfns",
      "  sluice produce --file rows.jsonl --topic sluice.examples --source newswire",
    })
final class ProduceCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      required = true,
      description = "Rows, one JSON object a line.")
  private Path file = Path.of("");

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "The topic; <topics.prefix>.examples by default.")
  private @Nullable String topic;

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "For rows that name no adapter; adapter.name by default.")
  private @Nullable String adapter;

  @Option(names = "--task", paramLabel = "NAME", description = "For rows that name no task.")
  private String task = LabelledExample.DEFAULT_TASK;

  @Option(names = "--source", paramLabel = "NAME", description = "For rows that name no source.")
  private String source = LabelledExample.UNKNOWN_SOURCE;

  @Option(names = "--json", description = "Print the counts as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SluiceConfig config = options.config();
    long bytes = Files.size(file);
    Brokers.requireReachable(config.kafkaClient());
    String to = topic == null ? config.topics().examples() : topic;
    ExampleJson.Defaults defaults =
        new ExampleJson.Defaults(adapter == null ? config.adapterName() : adapter, task, source);
    ExampleJson reader = new ExampleJson(config.ingest().maxExampleBytes());
    RejectedLines malformed = new RejectedLines(spec.commandLine().getErr());
    long sent;
    try (ExampleSender sender = new ExampleSender(config.kafkaClient(), to);
        Progress progress = Progress.ofBytes("Sending", bytes);
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      JsonLines lines = new JsonLines(in);
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        progress.to(lines.bytesRead());
        try {
          NormalisedExample row = reader.normalise(line, defaults);
          sender.send(row.example().id(), row.json());
        } catch (RejectedExampleException e) {
          malformed.add(lines.lineNumber(), e.reason());
        }
      }
      sent = sender.flush();
    }
    report(sent, malformed.count(), to);
    return malformed.count() == 0 ? 0 : 1;
  }

  private void report(long sent, long malformed, String to) {
    if (json) {
      ObjectNode node = Output.object();
      node.put("topic", to).put("sent", sent).put("malformed", malformed);
      new Output(spec).json(node);
    } else {
      new Output(spec).line("%,d rows sent to %s, %,d malformed".formatted(sent, to, malformed));
    }
  }
}
