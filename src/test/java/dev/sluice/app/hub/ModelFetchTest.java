package dev.sluice.app.hub;

import static dev.sluice.testing.Failures.assertSays;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.hub.FakeHub.Refused;
import dev.sluice.app.hub.FakeHub.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFetchTest {

  private static final String WEIGHTS = "model.safetensors";
  private static final int SIZE = 400_000;

  /** Remembers what it heard. */
  private static final class Heard implements FetchListener {
    private final List<Long> begun = new ArrayList<>();
    private final List<Long> reached = new ArrayList<>();

    @Override
    public void begins(long bytes) {
      begun.add(bytes);
    }

    @Override
    public void reached(long bytes) {
      reached.add(bytes);
    }
  }

  @TempDir Path home;

  private final byte[] weights = new byte[SIZE];
  private final List<Duration> pauses = new ArrayList<>();
  private final Heard heard = new Heard();
  private FakeHub hub;
  private Path model;
  private long freeBytes = Long.MAX_VALUE;

  @BeforeEach
  void start() throws IOException {
    new Random(7).nextBytes(weights);
    hub =
        FakeHub.with(
            Map.of(
                "config.json",
                "{}".getBytes(UTF_8),
                "tokenizer.json",
                "{\"t\":1}".getBytes(UTF_8),
                "README.md",
                "text".getBytes(UTF_8),
                WEIGHTS,
                weights));
    model = home.resolve("hub/models--acme--tiny");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aModelIsLaidOutAsPythonDoesIt() throws IOException {
    FetchedModel fetched = fetch();

    Path snapshot = model.resolve("snapshots/" + FakeHub.COMMIT);
    assertEquals(snapshot, fetched.directory());
    assertEquals(Set.of("config.json", "tokenizer.json", WEIGHTS), names(snapshot));
    assertEquals(
        Path.of("../../blobs/" + FakeHub.sha256(weights)),
        Files.readSymbolicLink(snapshot.resolve(WEIGHTS)));
    assertEquals(
        Path.of("../../blobs/" + FakeHub.gitSha1("{}".getBytes(UTF_8))),
        Files.readSymbolicLink(snapshot.resolve("config.json")));
    assertArrayEquals(weights, Files.readAllBytes(snapshot.resolve(WEIGHTS)));
    assertEquals(FakeHub.COMMIT, Files.readString(model.resolve("refs/main")));
    assertEquals(3, names(model.resolve("blobs")).size(), "no partial file stays");
    assertTrue(
        Files.exists(
            home.resolve(
                "hub/.locks/models--acme--tiny/%s.lock".formatted(FakeHub.sha256(weights)))));
    assertEquals(3, fetched.files());
    assertEquals(SIZE + 9, fetched.bytes());
    assertEquals(SIZE + 9, fetched.fetchedBytes());
  }

  @Test
  void theListenerHearsTheSizeAndThenHowFarItIs() throws IOException {
    fetch();
    assertEquals(List.of(SIZE + 9L), heard.begun);
    assertEquals(heard.reached.stream().sorted().toList(), heard.reached);
    assertEquals(SIZE + 9L, heard.reached.get(heard.reached.size() - 1));
  }

  @Test
  void goesOnWithARangeWhereTheConnectionBroke() throws IOException {
    hub.cuts.set(2);
    FetchedModel fetched = fetch();

    assertArrayEquals(weights, Files.readAllBytes(fetched.directory().resolve(WEIGHTS)));
    List<Long> starts = starts();
    assertEquals(3, starts.size());
    assertEquals(0, starts.get(0));
    assertTrue(starts.get(1) > 0 && starts.get(1) < starts.get(2), starts.toString());
    assertEquals(SIZE + 9, fetched.fetchedBytes(), "no byte came twice");
    assertEquals(
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(1)), pauses, "progress counts anew");
  }

  @Test
  void aLaterRunGoesOnWhereAnEarlierOneWasKilled() throws IOException {
    leavePartial(Arrays.copyOf(weights, 150_000));
    FetchedModel fetched = fetch();

    assertEquals(List.of(150_000L), starts());
    assertEquals(SIZE + 9 - 150_000, fetched.fetchedBytes());
    assertArrayEquals(weights, Files.readAllBytes(fetched.directory().resolve(WEIGHTS)));
  }

  @Test
  void startsOverWhenTheServerKnowsNoRanges() throws IOException {
    hub.ranges = false;
    leavePartial(new byte[150_000]);
    hub.cuts.set(1);
    FetchedModel fetched = fetch();

    assertArrayEquals(weights, Files.readAllBytes(fetched.directory().resolve(WEIGHTS)));
    assertEquals(2, starts().size());
  }

  @Test
  void aServerThatAlwaysBreaksOffIsGivenUp() {
    hub.ranges = false;
    hub.cuts.set(Integer.MAX_VALUE);
    assertSays(
        "fetching model.safetensors failed 6 times in a row",
        assertThrows(HubException.class, this::fetch));
    // The file starts over each time: what came before is no progress.
    assertEquals(
        Stream.of(1, 2, 4, 8, 16).map(Duration::ofSeconds).toList(),
        pauses.subList(pauses.size() - 5, pauses.size()));
    assertTrue(Files.exists(partial()), "what came is kept for the next run");
    assertFalse(Files.exists(model.resolve("refs/main")));
  }

  @Test
  void aServerThatFallsSilentIsLeftAndAskedAgain() throws IOException {
    hub.stalls.set(1);
    FetchedModel fetched = fetch(Duration.ofSeconds(1));
    assertArrayEquals(weights, Files.readAllBytes(fetched.directory().resolve(WEIGHTS)));
    assertEquals(2, starts().size());
    assertTrue(starts().get(1) > 0, starts().toString());
  }

  @Test
  void aBusyServerIsAskedAgain() throws IOException {
    hub.busy.set(3);
    fetch();
    assertEquals(Stream.of(1, 2, 4).map(Duration::ofSeconds).toList(), pauses);
  }

  @Test
  void weightsThatDoNotMatchTheirSha256AreDeleted() {
    byte[] forged = weights.clone();
    forged[SIZE / 2] ^= 1;
    assertForgeryIsFound(WEIGHTS, forged, "its SHA-256 differs from " + FakeHub.sha256(weights));
  }

  @Test
  void aSmallFileThatDoesNotMatchItsGitSha1IsDeleted() {
    assertForgeryIsFound("config.json", "[]".getBytes(UTF_8), "its git SHA-1 differs from");
  }

  @Test
  void aFileThatIsLongerThanTheHubSaysIsNotTaken() {
    assertForgeryIsFound(WEIGHTS, Arrays.copyOf(weights, 3 * SIZE), "what came is deleted");
  }

  @Test
  void aPartThatWasSpoiledIsFoundWhenTheRestHasCome() throws IOException {
    leavePartial(new byte[150_000]);
    assertSays("what came is deleted", assertThrows(HubException.class, this::fetch));
    fetch();
    assertEquals(List.of(150_000L, 0L), starts());
  }

  @Test
  void whatIsInTheCacheIsNotFetchedAgain() throws IOException {
    fetch();
    hub.requests.clear();
    FetchedModel again = fetch();

    assertEquals(List.of(), hub.downloads());
    assertEquals(0, again.fetchedBytes());
    assertEquals(SIZE + 9, again.bytes());
  }

  @Test
  void aBlobOfAnotherSizeIsFetchedAgain() throws IOException {
    Path blob = Files.createDirectories(model.resolve("blobs")).resolve(FakeHub.sha256(weights));
    Files.write(blob, new byte[10]);
    FetchedModel fetched = fetch();
    assertArrayEquals(weights, Files.readAllBytes(fetched.directory().resolve(WEIGHTS)));
  }

  @Test
  void theTokenGoesToTheHubAndToNoOtherHost() throws IOException {
    hub.gated = true;
    fetch("HF_TOKEN", FakeHub.TOKEN);

    Map<String, Set<String>> sent =
        hub.requests.stream()
            .collect(
                Collectors.groupingBy(
                    Request::server,
                    Collectors.mapping(Request::authorization, Collectors.toSet())));
    assertEquals(Map.of("hub", Set.of("Bearer " + FakeHub.TOKEN), "cdn", Set.of("")), sent);
  }

  @Test
  void aGatedModelSaysWhereToAcceptItsTerms() {
    hub.gated = true;
    String message = refused();
    assertTrue(
        message.startsWith(
            "acme/tiny is gated or private (HTTP 401, no token sent): accept its terms"),
        message);
    assertTrue(message.contains(hub.endpoint() + "/acme/tiny, then set HF_TOKEN"), message);
    assertEquals(List.of(), pauses, "asking again would not help");
  }

  @Test
  void aTokenThatOpensNothingIsNotShown() {
    hub.gated = true;
    HubException failure =
        assertThrows(HubException.class, () -> fetch("HF_TOKEN", "hf_other_secret"));
    assertSays("the token sent does not open it", failure);
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains("hf_other_secret"), trace.toString());
  }

  @Test
  void aModelThatTheAccountMayNotReadIsGatedToo() {
    hub.refusesFiles = new Refused(403, "GatedRepo");
    assertTrue(refused().contains("gated or private (HTTP 403"), refused());
  }

  @Test
  void aPrivateOrUnknownModelSaysBoth() {
    hub.refusesFiles = new Refused(401, "RepoNotFound");
    assertTrue(refused().startsWith("no model acme/tiny at " + hub.endpoint()), refused());
  }

  @Test
  void anUnknownRevisionIsNamed() {
    HubException failure =
        assertThrows(
            HubException.class,
            () -> fetch(FakeHub.REPO, new Revision("v9"), Duration.ofSeconds(10)));
    assertSays("no model acme/tiny with revision 'v9' at " + hub.endpoint(), failure);
  }

  @Test
  void anUnknownModelIsNamed() {
    HubException failure =
        assertThrows(
            HubException.class,
            () -> fetch(RepoId.parse("acme/none"), Revision.MAIN, Duration.ofSeconds(10)));
    assertSays("no model acme/none with revision 'main'", failure);
  }

  @Test
  void aRevisionThatIsACommitNeedsNoRef() throws IOException {
    FetchedModel fetched =
        fetch(FakeHub.REPO, new Revision(FakeHub.COMMIT), Duration.ofSeconds(10));
    assertTrue(Files.exists(fetched.directory().resolve(WEIGHTS)));
    assertFalse(Files.exists(model.resolve("refs")));
  }

  @Test
  void redirectsInACircleEnd() {
    hub.loops = true;
    assertTrue(refused().contains("redirects more than 10 times"), refused());
  }

  @Test
  void withoutANetworkItNamesTheEndpointAtOnce() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    String endpoint = "http://127.0.0.1:" + closed;
    HubException failure = assertThrows(HubException.class, () -> fetch("HF_ENDPOINT", endpoint));
    assertSays("cannot reach " + endpoint, failure);
    assertSays("HF_ENDPOINT", failure);
    assertEquals(List.of(), pauses);
  }

  @Test
  void anEndpointThatIsNoHubIsNamed() throws IOException {
    hub.files.put("\"", new byte[0]);
    assertTrue(refused().contains(hub.endpoint() + " does not answer in JSON; check HF_ENDPOINT"));
  }

  @Test
  void aNameThatLeadsOutOfTheModelIsRefused() {
    hub.files.put("../../evil.safetensors", weights);
    assertTrue(refused().contains("leads out of its folder"), refused());
    assertFalse(Files.exists(model), "nothing is written");
  }

  @Test
  void aDiskThatIsTooSmallIsFoundBeforeTheFirstByte() throws IOException {
    freeBytes = SIZE;
    assertTrue(refused().contains("set HF_HOME"), refused());
    assertFalse(Files.exists(model), "nothing is written");

    leavePartial(Arrays.copyOf(weights, 9));
    fetch();
  }

  @Test
  void offlineUsesTheCacheAndAsksNobody() throws IOException {
    FetchedModel online = fetch();
    hub.requests.clear();
    FetchedModel offline = fetch("HF_HUB_OFFLINE", "1");

    assertEquals(online.directory(), offline.directory());
    assertEquals(online.bytes(), offline.bytes());
    assertEquals(List.of(), hub.requests);
  }

  @Test
  void offlineWithoutTheModelSaysSo() {
    assertSays(
        "acme/tiny with revision 'main' is not in the cache, and HF_HUB_OFFLINE is set",
        assertThrows(HubException.class, () -> fetch("HF_HUB_OFFLINE", "1")));
    assertEquals(List.of(), hub.requests);
  }

  private void assertForgeryIsFound(String name, byte[] content, String says) {
    hub.forged.put(name, content);
    HubException failure = assertThrows(HubException.class, this::fetch);
    assertSays(name + " is not what the Hub says it is", failure);
    assertSays(says, failure);
    assertFalse(Files.exists(partial()), "the forged file is gone");
    assertFalse(Files.exists(model.resolve("snapshots/" + FakeHub.COMMIT).resolve(name)));
    assertFalse(Files.exists(model.resolve("refs/main")));
  }

  private String refused() {
    return String.valueOf(assertThrows(HubException.class, this::fetch).getMessage());
  }

  private FetchedModel fetch(String... variables) throws IOException {
    return fetch(FakeHub.REPO, Revision.MAIN, Duration.ofSeconds(10), variables);
  }

  private FetchedModel fetch(Duration patience) throws IOException {
    return fetch(FakeHub.REPO, Revision.MAIN, patience);
  }

  private FetchedModel fetch(RepoId repo, Revision revision, Duration patience, String... variables)
      throws IOException {
    return new ModelFetch(
            hub.environment(home, variables), "test", pauses::add, directory -> freeBytes, patience)
        .fetch(repo, revision, heard);
  }

  private Path partial() {
    return model.resolve("blobs/%s.incomplete".formatted(FakeHub.sha256(weights)));
  }

  private void leavePartial(byte[] content) throws IOException {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), content);
  }

  /** From which byte on the CDN was asked for the weights. */
  private List<Long> starts() {
    return hub.requests.stream()
        .filter(request -> request.server().equals("cdn"))
        .map(Request::range)
        .map(range -> range.isEmpty() ? 0L : Long.parseLong(range.replaceAll("\\D", "")))
        .toList();
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
