package dev.sluice.app.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two fetches of Sluice off the same file, also when one of them is killed.
 *
 * <p>Python's lock is the same file but of another kind on Unix ({@code flock}; Java's is {@code
 * fcntl}), and neither sees the other. That costs effort and no more: Python downloads to a file of
 * its own name, both move a file to its place when it is complete, and what is moved here has been
 * read again and checked.
 */
final class CacheLock implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final FileChannel channel;

  private CacheLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits until whoever holds it is done. */
  static CacheLock acquire(Path file, Sleeper sleeper) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        LOG.atInfo().addKeyValue("lock", file).log("Waiting for another fetch of the same file");
        do {
          sleeper.pause(PAUSE);
        } while (tryLock(channel) == null);
      }
      return new CacheLock(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The file stays: deleting it would let two others lock two files of the same name. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // This process holds it.
    }
  }
}
