package dev.sluice.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.checkpoint.Manifest.Seal;
import dev.sluice.checkpoint.Manifest.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The public keys whose signatures are accepted; with none, a signature is not asked for. */
public final class TrustedKeys {

  /** Accepts every manifest, signed or not. */
  public static final TrustedKeys NONE = new TrustedKeys(Map.of());

  private static final String SETTING = "checkpoint.trusted.keys";
  private static final String LABEL = "PUBLIC KEY";

  private final Map<String, PublicKey> byId;

  private TrustedKeys(Map<String, PublicKey> byId) {
    this.byId = byId;
  }

  /**
   * Reads Ed25519 keys, as {@code openssl pkey -pubout} writes them.
   *
   * @param paths PEM files, and directories of which every {@code *.pem} file is read
   * @throws KeyFileException if a file holds something else, or a directory nothing: trust that was
   *     asked for is never given up in silence
   */
  public static TrustedKeys read(List<Path> paths) {
    Map<String, PublicKey> byId = new TreeMap<>();
    for (Path file : files(paths)) {
      PublicKey key = key(file);
      byId.put(idOf(key), key);
    }
    return new TrustedKeys(byId);
  }

  /** How signatures name a key: SHA-256 of its DER encoding. */
  static String idOf(PublicKey key) {
    return Sha256.of(key.getEncoded());
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  /**
   * Checks who signed the lineage hash; whether the hash is that of the manifest is another
   * question.
   *
   * @throws UntrustedManifestException if there are keys and the signature is none of theirs
   */
  public void check(Manifest manifest) {
    if (isEmpty()) {
      return;
    }
    @Nullable Seal seal = manifest.seal();
    @Nullable Signature signature = seal == null ? null : seal.signature();
    if (seal == null || signature == null) {
      throw new UntrustedManifestException(
          "%s is not signed, but %s asks for a signature; let its trainer sign (checkpoint.signing.key) and leave the former empty until it has, or take a signed version (sluice adapter list)"
              .formatted(manifest.id(), SETTING));
    }
    @Nullable PublicKey key = byId.get(signature.keyId());
    if (key == null) {
      throw new UntrustedManifestException(
          "%s is signed with key %s, which is not among the %d of %s; add its public key if you trust its owner, or take another version (sluice adapter list)"
              .formatted(manifest.id(), signature.keyId(), byId.size(), SETTING));
    }
    if (!Ed25519.verify(key, seal.lineageHash().getBytes(US_ASCII), bytes(signature))) {
      throw new UntrustedManifestException(
          "the signature of %s is not one of its lineage hash by key %s: it was changed or forged; take another version (sluice adapter list) and find out who writes to the checkpoints topic"
              .formatted(manifest.id(), signature.keyId()));
    }
  }

  private static byte[] bytes(Signature signature) {
    try {
      return HexFormat.of().parseHex(signature.value());
    } catch (IllegalArgumentException e) {
      return new byte[0]; // which is nobody's signature
    }
  }

  private static List<Path> files(List<Path> paths) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      List<Path> inside = pemFiles(path);
      if (inside.isEmpty()) {
        throw new KeyFileException(
            "%s: %s has no *.pem file; put public keys there, or set it to nothing to ask for no signature"
                .formatted(SETTING, path));
      }
      files.addAll(inside);
    }
    return files;
  }

  private static List<Path> pemFiles(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(f -> f.toString().endsWith(".pem")).sorted().toList();
    } catch (IOException e) {
      throw new KeyFileException(
          "%s: %s cannot be listed (%s); give a directory that this user may read"
              .formatted(SETTING, directory, e.getClass().getSimpleName()));
    }
  }

  private static PublicKey key(Path file) {
    Pem pem = Pem.read(file, SETTING);
    if (!pem.label().equals(LABEL)) {
      throw new KeyFileException(
          "%s: %s holds a '%s' but must hold a '%s'; make it from the private key with: openssl pkey -in key.pem -pubout"
              .formatted(SETTING, file, pem.label(), LABEL));
    }
    try {
      return Ed25519.publicKey(pem.der().bytes());
    } catch (InvalidKeySpecException e) {
      throw new KeyFileException(
          "%s: the key in %s is not an Ed25519 key; make one with: openssl genpkey -algorithm ed25519"
              .formatted(SETTING, file));
    }
  }
}
