package dev.sluice.app.broker;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.SluiceException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerClassPathTest {

  private final Path directory;

  BrokerClassPathTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void putsOurClassesBeforeTheServers() throws IOException {
    Path file = Files.writeString(directory.resolve("broker.classpath"), "a.jar:b.jar\n");

    String classPath = BrokerClassPath.from(properties(directory, file));

    assertEquals(directory + File.pathSeparator + "a.jar:b.jar", classPath);
  }

  @Test
  void saysWhatToDoInTheRuntimeImage() {
    var failure = assertThrows(SluiceException.class, () -> BrokerClassPath.from(new Properties()));

    assertSays("run it from a checkout with ./sluice demo", failure);
  }

  @Test
  void namesTheFileThatIsMissing() {
    Path absent = directory.resolve("absent");

    var failure =
        assertThrows(
            SluiceException.class, () -> BrokerClassPath.from(properties(directory, absent)));

    assertSays(absent.toString(), failure);
  }

  private static Properties properties(Path classes, Path file) {
    var properties = new Properties();
    properties.setProperty(BrokerClassPath.CLASSES_PROPERTY, classes.toString());
    properties.setProperty(BrokerClassPath.FILE_PROPERTY, file.toString());
    return properties;
  }
}
