package dev.sluice.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: all that a report of a defect needs. */
final class Version implements IVersionProvider {

  private static final String RESOURCE = "version.properties";

  @Override
  public String[] getVersion() {
    return new String[] {
      "sluice " + text(),
      "Java " + Runtime.version() + ", Kafka clients " + AppInfoParser.getVersion(),
      System.getProperty("os.name") + " " + System.getProperty("os.arch")
    };
  }

  /** The version alone, as manifests carry it. */
  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      properties.load(Objects.requireNonNull(in, RESOURCE));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the resource " + RESOURCE, e);
    }
    return properties.getProperty("version");
  }
}
