package dev.sluice.app.hub;

import dev.sluice.data.SluiceException;

/** A model that cannot be had, and what to do about it. */
public final class HubException extends SluiceException {

  HubException(String message) {
    super(message);
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
