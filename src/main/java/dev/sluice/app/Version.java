package dev.sluice.app;

import java.util.Objects;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: all that a report of a defect needs. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    // Only a jar's manifest has it.
    String version =
        Objects.requireNonNullElse(
            Main.class.getPackage().getImplementationVersion(), "(development build)");
    return new String[] {
      "sluice " + version,
      "Java " + Runtime.version() + ", Kafka clients " + AppInfoParser.getVersion(),
      System.getProperty("os.name") + " " + System.getProperty("os.arch")
    };
  }
}
