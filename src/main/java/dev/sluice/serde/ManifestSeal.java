package dev.sluice.serde;

import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Manifest.Seal;
import dev.sluice.checkpoint.Sha256;
import dev.sluice.checkpoint.SigningKey;
import dev.sluice.checkpoint.TrustedKeys;
import dev.sluice.checkpoint.UntrustedManifestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chains manifests: each has a hash over its canonical bytes, and among these is the hash of its
 * parent. Whoever holds one to be true holds all before it to be true, as with commits in Git.
 */
public final class ManifestSeal {

  private ManifestSeal() {}

  /**
   * A finished manifest.
   *
   * @param draft everything but the seal
   * @param key null to leave it unsigned
   */
  public static Manifest seal(Manifest draft, @Nullable SigningKey key) {
    String hash = hash(draft);
    return draft.withSeal(new Seal(hash, key == null ? null : key.sign(hash)));
  }

  /** SHA-256 of the canonical bytes without the seal. */
  public static String hash(Manifest manifest) {
    return Sha256.of(ManifestJson.write(manifest.withSeal(null)));
  }

  /**
   * Checks a manifest before anything is done with what it describes.
   *
   * @param parent its parent's manifest, if that still exists
   * @param trusted whose signature it needs
   * @throws UntrustedManifestException saying what to do, if it was changed after it was made, if
   *     its parent is another one than it was made from, or if its signature is not good
   */
  public static void check(Manifest manifest, Optional<Manifest> parent, TrustedKeys trusted) {
    String hash = hash(manifest);
    if (!hash.equals(manifest.lineageHash())) {
      throw new UntrustedManifestException(
          "the manifest of %s was changed: it names lineage hash %s, but what it says gives %s; take another version (sluice adapter list) and find out who writes to the checkpoints topic"
              .formatted(manifest.id(), manifest.lineageHash(), hash));
    }
    parent.ifPresent(p -> checkParent(manifest, p));
    trusted.check(manifest);
  }

  private static void checkParent(Manifest manifest, Manifest parent) {
    String hash = hash(parent);
    if (!hash.equals(manifest.parentHash())) {
      throw new UntrustedManifestException(
          "%s was made from a parent with lineage hash %s, but %s gives %s: one of them was changed or replaced; take another version (sluice adapter list) and find out who writes to the checkpoints topic"
              .formatted(manifest.id(), manifest.parentHash(), parent.id(), hash));
    }
  }
}
