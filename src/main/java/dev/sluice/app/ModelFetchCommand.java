package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.hub.FetchListener;
import dev.sluice.app.hub.FetchedModel;
import dev.sluice.app.hub.HubEnvironment;
import dev.sluice.app.hub.ModelFetch;
import dev.sluice.app.hub.RepoId;
import dev.sluice.app.hub.Revision;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a base model from the Hugging Face Hub. */
@Command(
    name = "fetch",
    description = {
      "Fetches a base model from the Hugging Face Hub into the cache that Python's huggingface_hub"
          + " uses too, and prints its directory. It goes on where an earlier fetch stopped, and"
          + " checks every file that it fetches against the Hub's SHA-256 (small ones: git SHA-1).",
      "",
      "Environment: HF_TOKEN for gated and private models; HF_HOME or HF_HUB_CACHE for where the"
          + " cache is; HF_ENDPOINT for a mirror; HF_HUB_OFFLINE=1 to use the cache alone."
    },
    footer = {
      "  sluice model fetch HuggingFaceTB/SmolLM2-135M",
      "  HF_TOKEN=hf_... sluice model fetch meta-llama/Llama-3.2-1B",
      "  sluice model fetch HuggingFaceTB/SmolLM2-135M --revision main --json",
      "  sluice train --model HuggingFaceTB/SmolLM2-135M    trains what was fetched",
    })
final class ModelFetchCommand implements Callable<Integer> {

  private final HubEnvironment environment;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Parameters(paramLabel = "ORG/NAME", description = "The model as the Hub calls it.")
  private String model = "";

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "A branch, a tag or a commit; ${DEFAULT-VALUE} by default.")
  private String revision = Revision.MAIN.name();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  ModelFetchCommand() {
    this(HubEnvironment.ofProcess());
  }

  ModelFetchCommand(HubEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    RepoId repo = RepoId.parse(model);
    ModelFetch fetch = new ModelFetch(environment, "sluice/" + Version.text());
    FetchedModel fetched;
    try (Bar bar = new Bar(repo.name())) {
      fetched = fetch.fetch(repo, new Revision(revision), bar);
    }
    Output out = new Output(spec);
    if (json) {
      out.json(json(fetched));
    } else {
      out.line(fetched.directory().toString());
      out.line(
          String.format(
              Locale.ROOT,
              "%s at commit %s: %d files, %,d bytes, %,d of them fetched now",
              fetched.repo(),
              fetched.commit(),
              fetched.files(),
              fetched.bytes(),
              fetched.fetchedBytes()));
      out.line("Train it with: sluice train --model " + modelOption(fetched));
    }
    return 0;
  }

  /** The name stands for the newest fetched of main; other revisions have only their directory. */
  private static String modelOption(FetchedModel fetched) {
    return fetched.revision().equals(Revision.MAIN)
        ? fetched.repo().toString()
        : fetched.directory().toString();
  }

  private static ObjectNode json(FetchedModel fetched) {
    ObjectNode node = Output.object();
    node.put("model", fetched.repo().toString());
    node.put("revision", fetched.revision().name());
    node.put("commit", fetched.commit());
    node.put("directory", fetched.directory().toString());
    node.put("files", fetched.files());
    node.put("bytes", fetched.bytes());
    node.put("fetchedBytes", fetched.fetchedBytes());
    return node;
  }

  /** A progress bar that appears when the size is known. */
  private static final class Bar implements FetchListener, AutoCloseable {

    private final String task;
    private @Nullable Progress progress;

    Bar(String task) {
      this.task = task;
    }

    @Override
    public void begins(long bytes) {
      progress = Progress.ofBytes(task, bytes);
    }

    @Override
    public void reached(long bytes) {
      if (progress != null) {
        progress.to(bytes);
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
