package dev.sluice.checkpoint;

import dev.sluice.data.SluiceException;

/** A safetensors file that is damaged, hostile or of a kind that is not supported. */
public final class SafetensorsException extends SluiceException {
  public SafetensorsException(String message) {
    super(message);
  }
}
