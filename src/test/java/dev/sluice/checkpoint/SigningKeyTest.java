package dev.sluice.checkpoint;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.checkpoint.Manifest.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigningKeyTest {

  /** The key pairs of RFC 8032, section 7.1. */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + " d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + " 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + " fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
  })
  void namesAKeyByItsPublicHalf(String privateHex, String publicHex, @TempDir Path directory)
      throws IOException {
    byte[] pkcs8 = HexFormat.of().parseHex("302e020100300506032b657004220420" + privateHex);
    Path file = directory.resolve("key.pem");
    Files.writeString(
        file,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(pkcs8)
            + "\n-----END PRIVATE KEY-----\n");

    byte[] x509 = HexFormat.of().parseHex("302a300506032b6570032100" + publicHex);
    assertEquals(Sha256.of(x509), SigningKey.read(file).keyId());
  }

  @Test
  void signsWithTheKeyThatItNames(@TempDir Path directory) throws IOException {
    Path trusted = directory.resolve("public.pem");
    SigningKey key = SigningKeys.write(directory.resolve("private.pem"), trusted);
    Signature signature = key.sign("ab".repeat(32));
    assertEquals(key.keyId(), signature.keyId());
    assertEquals(128, signature.value().length());
    assertEquals(signature, key.sign("ab".repeat(32)), "Ed25519 has no chance in it");
  }

  @Test
  void doesNotShowTheKey(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("private.pem");
    SigningKey key = SigningKeys.write(file, directory.resolve("public.pem"));
    assertEquals("SigningKey[" + key.keyId() + "]", key.toString());
    assertTrue(Pem.read(file, "key").toString().contains("48 bytes"));
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithItsSetting(@TempDir Path directory) {
    assertRefused(directory.resolve("none.pem"), "none.pem cannot be read (NoSuchFileException)");
  }

  @Test
  void aFileThatHoldsNoPrivateEd25519KeyIsRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("key.pem");
    Files.writeString(file, "hello");
    assertRefused(file, "is not a PEM file; make a key with: openssl genpkey -algorithm ed25519");
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nMC4CA\n-----END PRIVATE KEY-----\n");
    assertRefused(file, "is cut off or damaged; take a whole copy");
    Files.writeString(file, SigningKeys.pem("PUBLIC KEY", SigningKeys.pair("Ed25519").getPublic()));
    assertRefused(file, "holds a 'PUBLIC KEY' but must hold a 'PRIVATE KEY'");
    Files.writeString(
        file, SigningKeys.pem("ENCRYPTED PRIVATE KEY", SigningKeys.pair("Ed25519").getPrivate()));
    assertRefused(file, "holds a 'ENCRYPTED PRIVATE KEY' but must hold");
    Files.writeString(file, SigningKeys.pem("PRIVATE KEY", SigningKeys.pair("RSA").getPrivate()));
    assertRefused(file, "is not an Ed25519 key");
    Files.writeString(file, SigningKeys.pem("PRIVATE KEY", SigningKeys.pair("Ed448").getPrivate()));
    assertRefused(file, "is not an Ed25519 key");
  }

  private static void assertRefused(Path file, String says) {
    KeyFileException failure = assertThrows(KeyFileException.class, () -> SigningKey.read(file));
    assertSays("checkpoint.signing.key: ", failure);
    assertSays(says, failure);
    assertFalse(String.valueOf(failure.getMessage()).contains("MC4CAQ"), "no part of a key");
  }
}
