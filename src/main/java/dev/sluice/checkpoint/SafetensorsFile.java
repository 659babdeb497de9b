package dev.sluice.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file on disk, read by mapping it into memory: weights never pass through the heap.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile {

  private final Path path;
  private final SafetensorsHeader header;
  private final long dataStart;

  private SafetensorsFile(Path path, SafetensorsHeader header, long dataStart) {
    this.path = path;
    this.header = header;
    this.dataStart = dataStart;
  }

  /**
   * Reads and checks the header.
   *
   * @throws SafetensorsException if the file is not sound
   */
  public static SafetensorsFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer prefix = read(channel, 0, (int) Math.min(8, size));
      if (prefix.remaining() < 8) {
        throw new SafetensorsException(path + ": shorter than a safetensors header");
      }
      long length = prefix.getLong();
      if (length < 2 || length > SafetensorsHeader.MAX_BYTES || length > size - 8) {
        throw new SafetensorsException(
            "%s: the header claims %d bytes, but the file has %d".formatted(path, length, size));
      }
      byte[] json = new byte[(int) length];
      read(channel, 8, json.length).get(json);
      long dataStart = 8 + length;
      return new SafetensorsFile(
          path, SafetensorsHeader.parse(json, size - dataStart, path.toString()), dataStart);
    }
  }

  /** By name, in alphabetical order. */
  public Map<String, TensorInfo> tensors() {
    return header.tensors();
  }

  /**
   * Maps one tensor read-only; the bytes are little-endian.
   *
   * @throws SafetensorsException if there is no such tensor, or it is larger than a map can be
   */
  public ByteBuffer map(String name) throws IOException {
    return map(name, 0, info(name).bytes());
  }

  /**
   * Maps a part of a tensor.
   *
   * @param from bytes after the tensor's first
   * @param bytes at most 2 GiB − 1
   */
  public ByteBuffer map(String name, long from, long bytes) throws IOException {
    TensorInfo info = info(name);
    if (from < 0 || bytes < 0 || from + bytes > info.bytes()) {
      throw new IllegalArgumentException(
          "bytes %d to %d of a tensor of %d".formatted(from, from + bytes, info.bytes()));
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new SafetensorsException(
          path + ": tensor '" + name + "' is larger than 2 GiB, which cannot be mapped at once");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, dataStart + info.begin() + from, bytes)
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private TensorInfo info(String name) {
    @Nullable TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new SafetensorsException(path + ": no tensor '" + name + "'");
    }
    return info;
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) >= 0) {
      // a read may return fewer bytes than asked for
    }
    return buffer.flip();
  }
}
