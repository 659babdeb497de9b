package dev.sluice.app.broker;

import dev.sluice.data.SluiceException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The class path of the broker's JVM: our classes and Kafka's server, which the product itself does
 * not carry.
 */
public final class BrokerClassPath {

  /** Names the file in which the build leaves the class path of Kafka's server. */
  public static final String FILE_PROPERTY = "sluice.broker.classpath.file";

  /** Names the directory of Sluice's own classes. */
  public static final String CLASSES_PROPERTY = "sluice.classes";

  private static final String ABSENT =
      "the demo's broker is not part of the runtime image; run it from a checkout with"
          + " ./sluice demo";

  private BrokerClassPath() {}

  /**
   * Reads the class path that this JVM was told of.
   *
   * @throws SluiceException if there is none, with what to do
   */
  public static String fromSystemProperties() {
    return from(System.getProperties());
  }

  static String from(Properties properties) {
    Path classes = existing(properties.getProperty(CLASSES_PROPERTY), CLASSES_PROPERTY);
    Path file = existing(properties.getProperty(FILE_PROPERTY), FILE_PROPERTY);
    try {
      return classes + File.pathSeparator + Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the broker's class path cannot be read from " + file, e);
    }
  }

  private static Path existing(@Nullable String value, String property) {
    if (value == null) {
      throw new SluiceException(ABSENT + " (system property " + property + " is not set)");
    }
    Path path = Path.of(value);
    if (!Files.exists(path)) {
      throw new SluiceException(
          ABSENT + " (" + property + " names " + path + ", which does not exist)");
    }
    return path;
  }
}
