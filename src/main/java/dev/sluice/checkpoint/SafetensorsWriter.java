package dev.sluice.checkpoint;

import dev.sluice.checkpoint.TensorInfo.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a safetensors file tensor by tensor, so that it never is in memory whole: first all shapes
 * are declared, then the bytes follow in the same order.
 */
public final class SafetensorsWriter implements AutoCloseable {

  private final FileChannel channel;

  private SafetensorsWriter(FileChannel channel) {
    this.channel = channel;
  }

  /** A tensor to come: its name, element type and shape. */
  public record Declared(String name, Dtype dtype, List<Long> shape) {
    public Declared {
      shape = List.copyOf(shape);
    }
  }

  /** Writes the header. */
  public static SafetensorsWriter create(Path path, List<Declared> tensors) throws IOException {
    return create(path, tensors, Map.of());
  }

  /**
   * Writes the header.
   *
   * @param metadata Transformers loads a model only if it has {@code format=pt}
   */
  public static SafetensorsWriter create(
      Path path, List<Declared> tensors, Map<String, String> metadata) throws IOException {
    Map<String, TensorInfo> infos = new TreeMap<>();
    long at = 0;
    for (Declared tensor : tensors) {
      long bytes = new TensorInfo(tensor.dtype(), tensor.shape(), 0, 0).elements();
      long end = at + bytes * tensor.dtype().bytes();
      infos.put(tensor.name(), new TensorInfo(tensor.dtype(), tensor.shape(), at, end));
      at = end;
    }
    byte[] header = new SafetensorsHeader(infos, metadata).toBytes();
    SafetensorsWriter writer =
        new SafetensorsWriter(
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    writer.write(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
    writer.write(ByteBuffer.wrap(header));
    return writer;
  }

  /**
   * Writes the bytes of the next declared tensor.
   *
   * @param bytes little-endian
   */
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
