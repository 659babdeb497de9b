package dev.sluice.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a PEM file (RFC 7468) holds: the first block of it. */
record Pem(String label, Der der) {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  /** Bytes that do not show up in a log: they may be a private key. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Der(byte[] bytes) {
    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  /**
   * @param key the configuration's key that names the file, for messages
   */
  static Pem read(Path file, String key) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new KeyFileException(
          "%s: %s cannot be read (%s); give a PEM file that this user may read"
              .formatted(key, file, e.getClass().getSimpleName()),
          e);
    }
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new KeyFileException(
          "%s: %s is not a PEM file; make a key with: openssl genpkey -algorithm ed25519"
              .formatted(key, file));
    }
    try {
      return new Pem(block.group(1), new Der(Base64.getMimeDecoder().decode(block.group(2))));
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(
          "%s: %s is cut off or damaged; take a whole copy of the key".formatted(key, file), e);
    }
  }
}
