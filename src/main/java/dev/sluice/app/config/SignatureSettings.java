package dev.sluice.app.config;

import dev.sluice.checkpoint.KeyFileException;
import dev.sluice.checkpoint.Signatures;
import dev.sluice.checkpoint.SigningKey;
import dev.sluice.checkpoint.TrustedKeys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Which key signs manifests, and whose signatures they need.
 *
 * @param trusted files and directories
 */
public record SignatureSettings(Optional<Path> signingKey, List<Path> trusted) {

  private static final String SIGNING_KEY = "checkpoint.signing.key";
  private static final String TRUSTED_KEYS = "checkpoint.trusted.keys";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Signatures")
        .text(
            SIGNING_KEY,
            "",
            Requirement.none(),
            Importance.MEDIUM,
            "A file with the Ed25519 private key (PEM, PKCS#8) that signs manifests; empty for"
                + " manifests without a signature.")
        .text(
            TRUSTED_KEYS,
            "",
            Requirement.none(),
            Importance.MEDIUM,
            "Files with Ed25519 public keys (PEM), or directories of *.pem files, separated by"
                + " commas. 'sluice adapter pull' fetches, and a trainer goes on from, only what"
                + " one of them has signed; empty to ask for no signature.");
  }

  static SignatureSettings from(Values values) {
    String key = values.text(SIGNING_KEY).strip();
    return new SignatureSettings(
        key.isEmpty() ? Optional.empty() : Optional.of(Path.of(key)),
        Arrays.stream(values.text(TRUSTED_KEYS).split(",", -1))
            .map(String::strip)
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .toList());
  }

  /**
   * Reads all keys.
   *
   * @throws KeyFileException if a file does not hold the key that it should
   */
  public Signatures read() {
    return new Signatures(signingKey.map(SigningKey::read).orElse(null), trustedKeys());
  }

  /**
   * Reads the public keys.
   *
   * @throws KeyFileException if a file does not hold the key that it should
   */
  public TrustedKeys trustedKeys() {
    return TrustedKeys.read(trusted);
  }
}
