package dev.sluice.checkpoint;

import dev.sluice.data.SluiceException;

/** A file that does not hold the key that the configuration says it does. */
public final class KeyFileException extends SluiceException {
  KeyFileException(String message) {
    super(message);
  }

  KeyFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
