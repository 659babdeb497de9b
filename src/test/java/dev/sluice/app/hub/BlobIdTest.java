package dev.sluice.app.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobIdTest {

  /** What {@code echo hello | git hash-object --stdin} prints. */
  private static final String GIT = "ce013625030ba8dba906f756967f9e9ca394464a";

  /** What {@code echo hello | sha256sum} prints. */
  private static final String SHA256 =
      "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

  @TempDir Path directory;

  @Test
  void contentIsCheckedAsGitAndSha256sumDo() throws IOException {
    Path hello = Files.writeString(directory.resolve("hello"), "hello\n");
    Path other = Files.writeString(directory.resolve("other"), "Hello\n");
    for (String hex : new String[] {GIT, SHA256}) {
      assertTrue(new BlobId(hex).matches(hello), hex);
      assertFalse(new BlobId(hex).matches(other), hex);
    }
  }

  @Test
  void anEtagMayBeWeakButMustBeAChecksum() {
    assertEquals(Optional.of(new BlobId(GIT)), BlobId.ofEtag('"' + GIT + '"'));
    assertEquals(Optional.of(new BlobId(SHA256)), BlobId.ofEtag("W/\"" + SHA256 + '"'));
    assertEquals(Optional.empty(), BlobId.ofEtag("\"d41d8cd98f00b204e9800998ecf8427e\""));
    assertEquals(Optional.empty(), BlobId.ofEtag("\"../" + GIT.substring(3) + '"'));
  }
}
