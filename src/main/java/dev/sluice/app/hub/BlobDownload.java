package dev.sluice.app.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/**
 * Brings one file into the cache: goes on where an earlier attempt stopped, and checks the whole
 * before it counts as there.
 */
final class BlobDownload {

  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final HubConnection hub;
  private final Refusal refusal;
  private final RemoteFile file;
  private final Path partial;
  private final LongConsumer reached;

  /** The length of the partial file. */
  private long held;

  private long furthest;
  private long received;

  /**
   * @param partial where it grows; nobody else may write to it
   * @param reached hears how much of the file there is
   */
  BlobDownload(
      HubConnection hub, Refusal refusal, RemoteFile file, Path partial, LongConsumer reached) {
    this.hub = hub;
    this.refusal = refusal;
    this.file = file;
    this.partial = partial;
    this.reached = reached;
  }

  /**
   * Fills the partial file.
   *
   * @return the bytes that came over the network
   * @throws HubException if the Hub does not give the file, or gives another
   */
  long run(Retry retry) throws IOException {
    Files.createDirectories(partial.getParent());
    retry.run(
        file.name(),
        () -> furthest,
        () -> {
          transfer();
          return held;
        });
    verify();
    return received;
  }

  private void transfer() throws IOException, TransientFailure {
    have(Files.exists(partial) ? Files.size(partial) : 0);
    if (held > file.size()) {
      startOver();
    } else if (held == file.size() && held > 0) {
      return;
    }
    try (HubAnswer answer = hub.get(file.address(), held)) {
      if (answer.status() == RANGE_NOT_SATISFIABLE) {
        startOver();
        throw new TransientFailure("the server does not go on from where it stopped");
      }
      refusal.check(answer);
      boolean goesOn = answer.status() == PARTIAL_CONTENT;
      if (goesOn && !startsAt(held, answer)) {
        startOver();
        throw new TransientFailure("the server sent another part than it was asked for");
      }
      if (!goesOn) {
        have(0);
      }
      OpenOption how = goesOn ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      try (OutputStream out =
          Files.newOutputStream(
              partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
        copy(answer.body(), out);
      }
    }
    if (held < file.size()) {
      throw new TransientFailure("the connection ended early");
    }
  }

  /** More than the file has is not written: it is another file, perhaps without an end. */
  private void copy(InputStream in, OutputStream out) throws IOException, TransientFailure {
    byte[] buffer = new byte[1 << 16];
    for (int n = read(in, buffer); n >= 0 && held <= file.size(); n = read(in, buffer)) {
      out.write(buffer, 0, n);
      received += n;
      have(held + n);
    }
  }

  /** Tells a broken connection, after which one can go on, from a full disk. */
  private static int read(InputStream in, byte[] buffer) throws TransientFailure {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new TransientFailure("the connection broke off: " + e.getMessage(), e);
    }
  }

  /** Reads the file itself, not what was meant to be written to it. */
  private void verify() throws IOException {
    if (Files.size(partial) == file.size() && file.blob().matches(partial)) {
      return;
    }
    Files.delete(partial);
    throw new HubException(
        "%s is not what the Hub says it is: its %s differs from %s; what came is deleted: run the command again, and check HF_ENDPOINT if it stays so"
            .formatted(file.name(), file.blob().algorithm(), file.blob().hex()));
  }

  private void startOver() throws IOException {
    Files.deleteIfExists(partial);
    have(0);
  }

  private void have(long bytes) {
    held = bytes;
    furthest = Math.max(furthest, bytes);
    reached.accept(bytes);
  }

  private static boolean startsAt(long from, HubAnswer answer) {
    return answer
        .header("Content-Range")
        .filter(range -> range.startsWith("bytes " + from + "-"))
        .isPresent();
  }
}
