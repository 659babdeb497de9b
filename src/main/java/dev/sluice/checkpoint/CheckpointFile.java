package dev.sluice.checkpoint;

/**
 * A file of a checkpoint, in memory.
 *
 * @param name for example {@code adapter_model.safetensors}
 * @param content not copied; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // up to gigabytes: no copy
public record CheckpointFile(String name, byte[] content) {
  @Override
  public String toString() {
    return "CheckpointFile[%s, %d bytes]".formatted(name, content.length);
  }
}
