package dev.sluice.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Makes pairs of key files, in the form in which openssl writes them. */
public final class SigningKeys {

  private SigningKeys() {}

  /** Writes {@code private} and {@code public}, and returns the signing key. */
  public static SigningKey write(Path privatePem, Path publicPem) throws IOException {
    KeyPair pair = pair("Ed25519");
    Files.writeString(privatePem, pem("PRIVATE KEY", pair.getPrivate()));
    Files.writeString(publicPem, pem("PUBLIC KEY", pair.getPublic()));
    return SigningKey.read(privatePem);
  }

  static KeyPair pair(String algorithm) {
    try {
      return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(String label, Key key) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.getEncoded());
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, lines, label);
  }
}
