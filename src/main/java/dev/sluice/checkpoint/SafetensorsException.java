package dev.sluice.checkpoint;

/** A safetensors file that is damaged, hostile or of a kind that is not supported. */
public final class SafetensorsException extends RuntimeException {
  public SafetensorsException(String message) {
    super(message);
  }
}
