package dev.sluice.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Wraps TorchScript source text into the archive that libtorch loads, without Python: a zip of five
 * stored entries, one of them a pickle of the module and its attributes.
 *
 * @see <a
 *     href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md">
 *     the format</a>
 */
final class TorchScriptArchive {

  private TorchScriptArchive() {}

  /**
   * @param source text of one class
   * @param className name of that class
   * @param attributes the class's attributes: {@code Integer}, {@code Double} or a list of integers
   */
  static byte[] of(String source, String className, Map<String, Object> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "step/data.pkl", new Pickle().module(className, attributes));
      store(zip, "step/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "step/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
      store(zip, "step/version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "step/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** The few opcodes of pickle protocol 2 that a module without tensors needs. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] module(String className, Map<String, Object> attributes) {
      op(0x80).op(2); // PROTO 2
      text("c__torch__\n" + className + "\n"); // GLOBAL
      op(')').op(0x81); // EMPTY_TUPLE NEWOBJ
      op('}').op('('); // EMPTY_DICT MARK
      key("training").op(0x89); // NEWFALSE
      attributes.forEach((name, value) -> key(name).value(value));
      op('u').op('b').op('.'); // SETITEMS BUILD STOP
      return out.toByteArray();
    }

    private void value(Object value) {
      if (value instanceof Integer i) {
        integer(i);
      } else if (value instanceof Double d) {
        op('G').raw(ByteBuffer.allocate(8).putDouble(d).array()); // BINFLOAT, big-endian
      } else if (value instanceof List<?> list) {
        text("ctorch.jit._pickle\nbuild_intlist\n"); // GLOBAL
        op(']').op('('); // EMPTY_LIST MARK
        list.forEach(i -> integer((Integer) i));
        op('e').op(0x85).op('R'); // APPENDS TUPLE1 REDUCE
      } else {
        throw new IllegalArgumentException("no pickle for " + value.getClass());
      }
    }

    private void integer(int i) {
      op('J').raw(ByteBuffer.allocate(4).putInt(Integer.reverseBytes(i)).array()); // BININT
    }

    private Pickle key(String name) { // BINUNICODE
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      op('X').raw(ByteBuffer.allocate(4).putInt(Integer.reverseBytes(utf8.length)).array());
      return raw(utf8);
    }

    private void text(String ascii) {
      raw(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private Pickle op(int opcode) {
      out.write(opcode);
      return this;
    }

    private Pickle raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }
  }
}
