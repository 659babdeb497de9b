package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TrainCommandTest {

  @Test
  void jsonNeedsADryRun() {
    CommandRun run = CommandRun.of("train", "--json");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--dry-run"), run.err());
  }

  @Test
  void aFileNeedsADirectoryAndTheDirectoryAFile() {
    CommandRun file = CommandRun.of("train", "--file", "rows.jsonl");
    assertEquals(2, file.exitCode());
    assertTrue(file.err().contains("--out=DIR"), file.err());

    CommandRun out = CommandRun.of("train", "--out", "adapter");
    assertEquals(2, out.exitCode());
    assertTrue(out.err().contains("--file=FILE"), out.err());
  }

  @Test
  void theNameOfAFinLoraConfigurationNeedsItsFile() {
    CommandRun run = CommandRun.of("train", "--finlora-name", "tags");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("--finlora=FILE"), run.err());
  }

  @Test
  void aFinLoraConfigurationThatIsNotThereIsWrongUsage() {
    CommandRun run = CommandRun.of("train", "--finlora", "/no/such/file.json");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("'/no/such/file.json' does not exist"), run.err());
  }

  @Test
  void aDryRunFindsOutThatTheSigningKeyIsMissing() {
    CommandRun run =
        CommandRun.of("train", "--dry-run", "--set", "checkpoint.signing.key=/none/key.pem");
    assertEquals(1, run.exitCode());
    assertTrue(
        run.err()
            .startsWith("sluice: checkpoint.signing.key: /none/key.pem cannot be read (NoSuchFile"),
        run.err());
  }
}
