package dev.sluice.app.hub;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepoIdTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"HuggingFaceTB/SmolLM2-135M", "meta-llama/Llama-3.2-1B", "a/b", "_x/y_z.1"})
  void namesOfTheHubAreTakenAndFoundAgainInTheirFolder(String text) {
    RepoId repo = RepoId.parse(text);
    assertEquals(text, repo.toString());
    assertEquals("models--" + text.replace("/", "--"), repo.folder());
    assertEquals(Optional.of(repo), RepoId.ofFolder(repo.folder()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "/name",
        "org/",
        "a/b/c",
        "../b",
        "a/..",
        "./b",
        "a/b--c",
        "a/-b",
        "a/b.",
        "a/b.git",
        "a b/c",
        "a/b\\c",
        "a/b?x",
        "a/b\n",
        "/etc/passwd",
        "builtin:sluice-tiny"
      })
  void whatIsNoNameIsRefused(String text) {
    assertSays(
        "is no name of a model: it must be org/name",
        assertThrows(HubException.class, () -> RepoId.parse(text)));
    assertEquals(Optional.empty(), RepoId.find(text));
  }

  @Test
  void foldersOfOtherThingsAreNoModels() {
    assertEquals(Optional.empty(), RepoId.ofFolder("datasets--a--b"));
    assertEquals(Optional.empty(), RepoId.ofFolder("models--a"));
    assertEquals(Optional.empty(), RepoId.ofFolder("models--a--b--c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "v1.0", "refs/pr/1", "feature/a+b"})
  void revisionsAreBranchesTagsAndCommits(String name) {
    assertEquals(name, new Revision(name).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "..", "../main", "a/../b", "/main", "a//b", "a/", ".hidden", "a b", "a?b"})
  void revisionsThatLeadElsewhereAreRefused(String name) {
    assertSays("is no revision", assertThrows(HubException.class, () -> new Revision(name)));
  }
}
