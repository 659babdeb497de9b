package dev.sluice.app.hub;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubEnvironmentTest {

  @TempDir Path home;

  @Test
  void theCacheIsWherePythonHasIt() {
    assertEquals(home.resolve(".cache/huggingface/hub"), with().cacheDirectory());
    assertEquals(Path.of("/x/huggingface/hub"), with("XDG_CACHE_HOME", "/x").cacheDirectory());
    assertEquals(Path.of("/h/hub"), with("HF_HOME", "/h").cacheDirectory());
    assertEquals(Path.of("/c"), with("HF_HOME", "/h", "HF_HUB_CACHE", "/c").cacheDirectory());
    assertEquals(home.resolve("mine/hub"), with("HF_HOME", "~/mine").cacheDirectory());
    assertEquals(home.resolve(".cache/huggingface/hub"), with("HF_HOME", " ").cacheDirectory());
  }

  @Test
  void theEndpointIsTheHubOrAMirror() {
    assertEquals(URI.create("https://huggingface.co"), with().endpoint());
    assertEquals(
        URI.create("http://mirror:8080/hub"),
        with("HF_ENDPOINT", "http://mirror:8080/hub/").endpoint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror", "ftp://mirror", "https://", "https://m/?a=b", "https://m/a b"})
  void whatIsNoAddressIsNamed(String endpoint) {
    Throwable failure =
        assertThrows(HubException.class, () -> with("HF_ENDPOINT", endpoint).endpoint());
    assertSays("HF_ENDPOINT must be an address such as https://huggingface.co", failure);
    assertSays("but was '" + endpoint.replaceAll("/+$", ""), failure);
  }

  @Test
  void aPasswordInTheEndpointIsNotShown() {
    Throwable failure =
        assertThrows(
            HubException.class, () -> with("HF_ENDPOINT", "https://me:secret@mirror").endpoint());
    assertSays("but was '...@mirror'", failure);
  }

  @Test
  void theTokenIsThatOfTheVariableThenThatOfTheFile() throws IOException {
    assertEquals(Optional.empty(), header(with()));
    Path folder = Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.writeString(folder.resolve("token"), "hf_file\n");
    assertEquals(Optional.of("Bearer hf_file"), header(with()));
    assertEquals(Optional.of("Bearer hf_variable"), header(with("HF_TOKEN", "hf_variable")));
    Path other = Files.writeString(home.resolve("other"), "hf_other");
    assertEquals(Optional.of("Bearer hf_other"), header(with("HF_TOKEN_PATH", other.toString())));
    Files.writeString(folder.resolve("token"), " \n");
    assertEquals(Optional.empty(), header(with()));
  }

  @Test
  void aTokenIsNeverShown() throws IOException {
    assertEquals("***", with("HF_TOKEN", "hf_secret").token().orElseThrow().toString());
    Throwable failure =
        assertThrows(HubException.class, () -> with("HF_TOKEN", "hf_sec\nret").token());
    assertSays("HF_TOKEN holds something else than one token", failure);
    assertFalse(failure.getMessage().contains("hf_sec"), failure.getMessage());
  }

  @Test
  void offlineIsWhatPythonTakesForTrue() {
    assertFalse(with().isOffline());
    assertFalse(with("HF_HUB_OFFLINE", "0").isOffline());
    for (String yes : new String[] {"1", "ON", "yes", "True"}) {
      assertTrue(with("HF_HUB_OFFLINE", yes).isOffline(), yes);
    }
  }

  private static Optional<String> header(HubEnvironment environment) throws IOException {
    return environment.token().map(AccessToken::header);
  }

  private HubEnvironment with(String... variables) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      map.put(variables[i], variables[i + 1]);
    }
    return new HubEnvironment(map, home);
  }
}
