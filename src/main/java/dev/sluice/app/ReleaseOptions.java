package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Release;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands that change a release have in common: a {@code @Mixin}. */
final class ReleaseOptions {

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "The adapter; adapter.name by default.")
  private @Nullable String adapter;

  @Option(names = "--by", paramLabel = "WHO", description = "Who decides, for the record.")
  private @Nullable String by;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private @Nullable String reason;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  String adapter(SluiceConfig config) {
    return adapter == null ? config.adapterName() : adapter;
  }

  @Nullable String by() {
    return by;
  }

  @Nullable String reason() {
    return reason;
  }

  /** Prints the release that is current now, as JSON or in these words. */
  void print(Output out, Release release, String words) {
    if (!json) {
      out.line(words);
      return;
    }
    ObjectNode node = Output.object();
    node.put("adapter", release.adapter()).put("version", release.version());
    node.put("releasedAt", release.releasedAt().toString());
    node.put("by", release.by()).put("reason", release.reason());
    ArrayNode previous = node.putArray("previous");
    release.previous().forEach(previous::add);
    out.json(node);
  }
}
