package dev.sluice.app.hub;

import dev.sluice.checkpoint.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What names the content of a file on the Hub and in the cache: SHA-256 of a large file, and git's
 * SHA-1 of a small one, in lower-case hexadecimal.
 */
record BlobId(String hex) {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final int SHA256_DIGITS = 64;

  BlobId {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("neither SHA-256 nor SHA-1: " + hex);
    }
  }

  /** From an ETag header, strong or weak. */
  static Optional<BlobId> ofEtag(String etag) {
    String hex = etag.replaceFirst("^W/", "").replace("\"", "");
    return HEX.matcher(hex).matches() ? Optional.of(new BlobId(hex)) : Optional.empty();
  }

  /** Reads the whole file. */
  boolean matches(Path file) throws IOException {
    return hex.equals(isSha256() ? Sha256.of(file) : gitSha1(file));
  }

  /** What it is, for people. */
  String algorithm() {
    return isSha256() ? "SHA-256" : "git SHA-1";
  }

  private boolean isSha256() {
    return hex.length() == SHA256_DIGITS;
  }

  /** SHA-1 over {@code blob <size>\0} and the content, as git names a blob. */
  private static String gitSha1(Path file) throws IOException {
    MessageDigest digest = sha1();
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
