package dev.sluice.kafka;

import dev.sluice.data.SluiceException;

/** A checkpoint whose pieces are missing or are not what its manifest says. */
public final class CheckpointDamagedException extends SluiceException {
  public CheckpointDamagedException(String message) {
    super(message);
  }
}
