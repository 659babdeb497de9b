package dev.sluice.model;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Loads libtorch, and says what is missing if it cannot. */
final class Libtorch {

  private static final String PATH = "PYTORCH_LIBRARY_PATH";
  private static final String FLAVOR = "PYTORCH_FLAVOR";

  private Libtorch() {}

  /**
   * The engine; loading it takes a second.
   *
   * @throws UnsupportedModelException if a library does not load
   */
  static Engine engine() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (EngineException e) {
      throw new UnsupportedModelException(message(cause(e), System.getenv(PATH)), e);
    }
  }

  /** Which build of libtorch is loaded, found as DJL finds it. */
  static String flavor() {
    @Nullable String asked = Utils.getEnvOrSystemProperty(FLAVOR);
    return asked == null ? Platform.detectPlatform("pytorch").getFlavor() : asked;
  }

  static String message(String cause, @Nullable String path) {
    return path == null
        ? "libtorch cannot be loaded (%s)".formatted(cause)
        : ("libtorch in %s=%s cannot be loaded (%s); a build for CUDA needs the driver's"
               + " libcuda.so.1 and PYTORCH_FLAVOR=cu128: check nvidia-smi, or unset both variables"
               + " to compute on the CPU")
            .formatted(PATH, path, cause);
  }

  private static String cause(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return Objects.requireNonNullElse(deepest.getMessage(), deepest.toString());
  }
}
