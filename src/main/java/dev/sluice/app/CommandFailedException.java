package dev.sluice.app;

import dev.sluice.data.SluiceException;

/** A failure that a user can understand and mend: its message is all that they see. */
public final class CommandFailedException extends SluiceException {

  /**
   * @param message what failed and what to do about it, in one line
   */
  public CommandFailedException(String message) {
    super(message);
  }

  /**
   * @param cause shown with {@code --verbose} only
   */
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
