package dev.sluice.app;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Objects;

/** Words for what goes wrong with files: the JDK's own messages are often only a path. */
final class FileFailures {

  private FileFailures() {}

  static String inWords(IOException e) {
    boolean diskFull = isDiskFull(Failure.messageOf(e));
    if (!(e instanceof FileSystemException file)) {
      return diskFull
          ? "the disk is full: free space or write elsewhere (" + e.getMessage() + ")"
          : ioInWords(e);
    }
    String path = Objects.requireNonNullElse(file.getFile(), "a file");
    if (diskFull) {
      return "cannot write '%s': the disk is full; free space or write elsewhere".formatted(path);
    }
    if (e instanceof NoSuchFileException) {
      return "'%s' does not exist".formatted(path);
    }
    if (e instanceof AccessDeniedException) {
      return "no permission for '%s'".formatted(path);
    }
    if (e instanceof FileAlreadyExistsException) {
      return "'%s' exists already".formatted(path);
    }
    if (e instanceof NotDirectoryException) {
      return "'%s' is not a directory".formatted(path);
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the directory '%s' is not empty".formatted(path);
    }
    return Failure.messageOf(e);
  }

  private static String ioInWords(IOException e) {
    // Of the JDK's exceptions some have a message that means nothing without the class.
    return e.getMessage() == null || e.getClass() != IOException.class
        ? e.toString()
        : e.getMessage();
  }

  private static boolean isDiskFull(String message) {
    String lowerCase = message.toLowerCase(Locale.ROOT);
    return lowerCase.contains("no space left on device")
        || lowerCase.contains("not enough space on the disk")
        || lowerCase.contains("disk quota exceeded");
  }
}
