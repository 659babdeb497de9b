package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.app.hub.FakeHub;
import dev.sluice.app.hub.HubEnvironment;
import dev.sluice.model.ModelDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelFetchCommandTest {

  @TempDir Path home;

  private FakeHub hub;
  private Path snapshot;

  /** The Hub has the model that Sluice ships. */
  @BeforeEach
  void start() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name :
        new String[] {
          "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"
        }) {
      try (InputStream in = ModelDirectory.class.getResourceAsStream("sluice-tiny/" + name)) {
        files.put(name, in.readAllBytes());
      }
    }
    hub = FakeHub.with(files);
    snapshot = home.resolve("hub/models--acme--tiny/snapshots/" + FakeHub.COMMIT);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void printsTheDirectoryFirstAndHowToTrain() {
    CommandRun run = run("acme/tiny");
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
    assertEquals(snapshot.toString(), run.out().lines().findFirst().orElseThrow());
    assertTrue(run.out().endsWith("Train it with: sluice train --model acme/tiny\n"), run.out());

    CommandRun commit = run("acme/tiny", "--revision", FakeHub.COMMIT);
    assertTrue(commit.out().endsWith("sluice train --model " + snapshot + "\n"), commit.out());
    assertTrue(commit.out().contains(" 0 of them fetched now"), commit.out());
  }

  @Test
  void printsJson() throws IOException {
    JsonNode node = new JsonMapper().readTree(run("acme/tiny", "--json").out());
    assertEquals("acme/tiny", node.get("model").asText());
    assertEquals("main", node.get("revision").asText());
    assertEquals(FakeHub.COMMIT, node.get("commit").asText());
    assertEquals(snapshot.toString(), node.get("directory").asText());
    assertEquals(4, node.get("files").asInt());
    assertTrue(node.get("bytes").asLong() > 1_000_000);
    assertEquals(node.get("bytes").asLong(), node.get("fetchedBytes").asLong());
  }

  @Test
  void aFailureIsOneLineWithoutAStackTrace() {
    for (String name : new String[] {"tiny", "acme/none"}) {
      CommandRun run = run(name);
      assertEquals(1, run.exitCode());
      assertEquals(1, run.err().lines().count(), run.err());
      assertEquals("", run.out());
    }
  }

  @Test
  void theModelIsPartOfTheCommandLine() {
    CommandRun run = run();
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("ORG/NAME"), run.err());
  }

  @Test
  void aFetchedModelIsOpenedByItsNameAndPublishedByIt() throws IOException {
    run("acme/tiny");
    ModelDirectory shipped = ModelDirectory.open("builtin:sluice-tiny");
    for (String modelDir : new String[] {"acme/tiny", snapshot.toString()}) {
      ModelDirectory model = BaseModels.open(modelDir, environment());
      assertEquals("acme/tiny", model.name());
      assertEquals(shipped.config(), model.config());
    }
  }

  @Test
  void aNameThatIsNotInTheCacheSaysHowToFetchIt() {
    assertSays(
        "base model 'acme/tiny' (model.dir) is no directory and not complete in the cache "
            + home.resolve("hub")
            + "; fetch it with: sluice model fetch acme/tiny",
        assertThrows(
            CommandFailedException.class, () -> BaseModels.open("acme/tiny", environment())));
  }

  @Test
  void whatCanBeNoNameIsLookedForAsADirectory() {
    assertSays(
        "model directory /no/such/model does not exist",
        assertThrows(
            RuntimeException.class, () -> BaseModels.open("/no/such/model", environment())));
    assertEquals("sluice-tiny", BaseModels.open("builtin:sluice-tiny", environment()).name());
  }

  @Test
  void aPlainDirectoryKeepsItsOwnName() throws IOException {
    run("acme/tiny");
    Path copy = Files.createDirectories(home.resolve("copy"));
    try (var files = Files.list(snapshot)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    assertEquals("copy", BaseModels.open(copy.toString(), environment()).name());
  }

  @Test
  void theTokenIsNowhereInWhatIsPrinted() throws IOException {
    HubEnvironment environment = hub.environment(home, "HF_TOKEN", FakeHub.TOKEN);
    for (String name : new String[] {"acme/tiny", "acme/none"}) {
      CommandRun run = run(environment, name, "--verbose");
      assertFalse((run.out() + run.err()).contains(FakeHub.TOKEN), run.err());
    }
  }

  private CommandRun run(String... args) {
    return run(environment(), args);
  }

  private static CommandRun run(HubEnvironment environment, String... args) {
    CommandLine line = Main.commandLine();
    CommandLine fetch = new CommandLine(new ModelFetchCommand(environment));
    line.addSubcommand("fetch-here", fetch);
    String[] all = new String[args.length + 1];
    all[0] = "fetch-here";
    System.arraycopy(args, 0, all, 1, args.length);
    return CommandRun.of(line, all);
  }

  private HubEnvironment environment() {
    return hub.environment(home);
  }
}
