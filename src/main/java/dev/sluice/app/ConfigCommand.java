package dev.sluice.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.app.config.ConfigurationDoc;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.lora.ServableRank;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows which settings are in effect, without secrets. */
@Command(
    name = "config",
    description = "Prints the effective configuration, or the documentation of all keys.",
    footer = {
      "  sluice config --config sluice.yaml",
      "  sluice config --config sluice.yaml --set lora.rank=64 --json",
      "  sluice config --docs > docs/configuration.md"
    })
final class ConfigCommand implements Callable<Integer> {

  private static final class Format {
    @Option(names = "--json", description = "Print JSON; every value is a string.")
    private boolean json;

    @Option(names = "--docs", description = "Print the documentation of all keys, Markdown.")
    private boolean docs;
  }

  @Mixin private final ConfigOptions options = new ConfigOptions();

  @ArgGroup private @Nullable Format format;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (format != null && format.docs) {
      out.print(ConfigurationDoc.markdown());
      return 0;
    }
    SluiceConfig config = options.config();
    ServableRank.warn(config.lora());
    if (format != null && format.json) {
      out.println(
          JsonMapper.builder()
              .build()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(config.printable()));
    } else {
      out.print(yaml().writeValueAsString(config.printable()));
    }
    return 0;
  }

  /** One key a line, and quotes only where YAML needs them. */
  private static ObjectWriter yaml() {
    return YAMLMapper.builder()
        .disable(Feature.WRITE_DOC_START_MARKER, Feature.SPLIT_LINES)
        .enable(Feature.MINIMIZE_QUOTES)
        .build()
        .writer();
  }
}
