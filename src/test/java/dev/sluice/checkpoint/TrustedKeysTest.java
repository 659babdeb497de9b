package dev.sluice.checkpoint;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest.Seal;
import dev.sluice.checkpoint.Manifest.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedKeysTest {

  private static final String HASH = "ab".repeat(32);

  @TempDir Path directory;

  private SigningKey ours;
  private SigningKey theirs;
  private TrustedKeys trusted;

  @BeforeEach
  void makeTwoKeysAndTrustOne() throws IOException {
    Path trustedOnes = Files.createDirectory(directory.resolve("trusted"));
    ours = SigningKeys.write(directory.resolve("ours.key"), trustedOnes.resolve("ours.pem"));
    theirs = SigningKeys.write(directory.resolve("theirs.key"), directory.resolve("theirs.pem"));
    Files.writeString(trustedOnes.resolve("README"), "not a key");
    trusted = TrustedKeys.read(List.of(trustedOnes));
  }

  @Test
  void acceptsWhatATrustedKeySigned() {
    trusted.check(signed(ours.sign(HASH)));
    TrustedKeys both =
        TrustedKeys.read(List.of(directory.resolve("theirs.pem"), directory.resolve("trusted")));
    both.check(signed(ours.sign(HASH)));
    both.check(signed(theirs.sign(HASH)));
  }

  @Test
  void withoutKeysASignatureIsNotAskedFor() {
    assertTrue(TrustedKeys.read(List.of()).isEmpty());
    TrustedKeys.NONE.check(signed(null));
    TrustedKeys.NONE.check(signed(theirs.sign(HASH)));
    assertFalse(trusted.isEmpty());
  }

  @Test
  void refusesWhatIsNotSigned() {
    assertRefused(
        signed(null),
        "sentiment@5 is not signed, but checkpoint.trusted.keys asks for a signature");
    assertRefused(Manifests.draft(), "checkpoint.signing.key");
  }

  @Test
  void refusesTheSignatureOfAnotherKey() {
    assertRefused(
        signed(theirs.sign(HASH)),
        "sentiment@5 is signed with key %s, which is not among the 1 of checkpoint.trusted.keys; add its public key"
            .formatted(theirs.keyId()));
  }

  @Test
  void refusesASignatureThatOnlyClaimsATrustedKey() {
    Signature foreign = new Signature(ours.keyId(), theirs.sign(HASH).value());
    assertRefused(signed(foreign), "it was changed or forged");
  }

  @Test
  void refusesASignatureOfAnotherHash() {
    assertRefused(signed(ours.sign("ac" + HASH.substring(2))), "it was changed or forged");
  }

  @Test
  void refusesASignatureThatIsNone() {
    assertRefused(signed(new Signature(ours.keyId(), "")), "it was changed or forged");
    assertRefused(signed(new Signature(ours.keyId(), "?")), "it was changed or forged");
  }

  @Test
  void aDirectoryWithoutKeysIsNotTakenForTrustInEverybody() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertUnreadable(empty, "empty has no *.pem file");
    assertUnreadable(directory.resolve("none"), "none cannot be read");
  }

  @Test
  void aFileThatHoldsNoPublicEd25519KeyIsRefused() throws IOException {
    assertUnreadable(directory.resolve("ours.key"), "holds a 'PRIVATE KEY' but must hold");
    Path rsa = directory.resolve("rsa.pem");
    Files.writeString(rsa, SigningKeys.pem("PUBLIC KEY", SigningKeys.pair("RSA").getPublic()));
    assertUnreadable(rsa, "is not an Ed25519 key");
  }

  private void assertRefused(Manifest manifest, String says) {
    assertSays(says, assertThrows(UntrustedManifestException.class, () -> trusted.check(manifest)));
  }

  private static void assertUnreadable(Path path, String says) {
    KeyFileException failure =
        assertThrows(KeyFileException.class, () -> TrustedKeys.read(List.of(path)));
    assertSays("checkpoint.trusted.keys: ", failure);
    assertSays(says, failure);
  }

  private static Manifest signed(@Nullable Signature signature) {
    return Manifests.draft().withSeal(new Seal(HASH, signature));
  }
}
