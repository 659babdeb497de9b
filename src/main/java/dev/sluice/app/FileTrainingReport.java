package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;

/**
 * What training on a file came to.
 *
 * @param steps skipped ones included
 * @param rejected rows that could not be used, counted once whatever the epochs
 * @param meanLossNats of a target token, for each epoch: before the example was trained on in the
 *     first, after that in the others
 * @param stopped whether it was told to stop before the end
 * @param seconds from the loaded model to the last step
 * @param weightsSha256 of {@code adapter_model.safetensors}
 */
record FileTrainingReport(
    Path out,
    long steps,
    FileTrainingCounts counts,
    long rejected,
    List<Double> meanLossNats,
    boolean stopped,
    double seconds,
    String weightsSha256) {

  FileTrainingReport {
    meanLossNats = List.copyOf(meanLossNats);
  }

  ObjectNode json() {
    ObjectNode node = Output.object();
    node.put("out", out.toString());
    node.put("steps", steps);
    node.put("skippedSteps", counts.skippedSteps());
    node.put("examples", counts.examples());
    node.put("rejected", rejected);
    ArrayNode losses = node.putArray("meanLossNats");
    meanLossNats.forEach(losses::add);
    node.put("lastLossNats", counts.lastLossNats());
    node.put("stopped", stopped);
    node.put("seconds", seconds);
    node.put("examplesASecond", counts.examples() / seconds);
    node.put("weightsSha256", weightsSha256);
    return node;
  }

  void print(Output out) {
    out.table(
        new Table("TRAINED", ">")
            .row("steps", "%,d".formatted(steps))
            .row("skipped steps", "%,d".formatted(counts.skippedSteps()))
            .row("examples", "%,d".formatted(counts.examples()))
            .row("rejected rows", "%,d".formatted(rejected))
            .row("epochs", meanLossNats.size() + (stopped ? ", the last one stopped" : ""))
            .row("mean loss, first epoch", "%.3f nats a token".formatted(meanLossNats.get(0)))
            .row("last loss", "%.3f nats a token".formatted(counts.lastLossNats()))
            .row("examples a second", "%.1f".formatted(counts.examples() / seconds)));
    out.line("");
    out.line("The adapter is in %s".formatted(this.out));
    out.line("  SHA-256 of its weights: %s".formatted(weightsSha256));
  }
}
