package dev.sluice.checkpoint;

import dev.sluice.data.SluiceException;

/** A manifest that was changed, does not follow from its parent, or has not the right signature. */
public final class UntrustedManifestException extends SluiceException {
  public UntrustedManifestException(String message) {
    super(message);
  }
}
