package dev.sluice.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.checkpoint.Manifest.Signature;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.util.HexFormat;

/** The private key that a trainer signs its manifests with. Thread-safe. */
public final class SigningKey {

  private static final String SETTING = "checkpoint.signing.key";
  private static final String LABEL = "PRIVATE KEY";

  private final PrivateKey key;
  private final String keyId;

  private SigningKey(PrivateKey key, String keyId) {
    this.key = key;
    this.keyId = keyId;
  }

  /**
   * Reads an Ed25519 key in PKCS#8, as {@code openssl genpkey -algorithm ed25519} writes it.
   *
   * @throws KeyFileException if the file holds something else
   */
  public static SigningKey read(Path file) {
    Pem pem = Pem.read(file, SETTING);
    if (!pem.label().equals(LABEL)) {
      throw new KeyFileException(
          "%s: %s holds a '%s' but must hold a '%s' (PKCS#8, not encrypted); make one with: openssl genpkey -algorithm ed25519"
              .formatted(SETTING, file, pem.label(), LABEL));
    }
    try {
      PrivateKey key = Ed25519.privateKey(pem.der().bytes());
      return new SigningKey(key, TrustedKeys.idOf(Ed25519.publicKeyOf(key)));
    } catch (InvalidKeySpecException e) {
      throw new KeyFileException(
          "%s: the key in %s is not an Ed25519 key; make one with: openssl genpkey -algorithm ed25519"
              .formatted(SETTING, file));
    }
  }

  /** SHA-256 of the public key, as DER. */
  public String keyId() {
    return keyId;
  }

  /** Signs the hash as it is written: 64 characters. */
  public Signature sign(String lineageHash) {
    byte[] value = Ed25519.sign(key, lineageHash.getBytes(US_ASCII));
    return new Signature(keyId, HexFormat.of().formatHex(value));
  }

  @Override
  public String toString() {
    return "SigningKey[" + keyId + "]";
  }
}
