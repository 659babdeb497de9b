package dev.sluice.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The small model that Sluice ships, so that a first try needs no download. */
final class BuiltinModel {

  static final String NAME = "sluice-tiny";

  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json");

  private BuiltinModel() {}

  /** Its directory; taken out of the jar into a temporary one if it has to be. */
  static Path directory() {
    URL config = resource("config.json");
    try {
      return config.getProtocol().equals("file")
          ? Path.of(config.toURI()).resolveSibling("")
          : extract();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has a malformed location: " + config, e);
    } catch (IOException e) {
      throw new UncheckedIOException("unpacking the built-in model to the temporary directory", e);
    }
  }

  private static Path extract() throws IOException {
    Path directory = Files.createTempDirectory(NAME);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "delete-" + NAME));
    for (String file : FILES) {
      try (InputStream in = resource(file).openStream()) {
        Files.copy(in, directory.resolve(file));
      }
    }
    return directory;
  }

  private static void delete(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // The process is ending; the system clears its temporary directory.
    }
  }

  private static URL resource(String file) {
    @Nullable URL url = BuiltinModel.class.getResource(NAME + "/" + file);
    if (url == null) {
      throw new UnsupportedModelException(
          "the built-in model lacks " + file + ": this build of Sluice is incomplete");
    }
    return url;
  }
}
