package dev.sluice.app.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.checkpoint.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The Hub as a fetch sees it, with one model: large files are redirected to a CDN, which is another
 * host, small ones within the Hub. It does on demand what goes wrong on a real network.
 */
public final class FakeHub implements AutoCloseable {

  public static final RepoId REPO = RepoId.parse("acme/tiny");
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  public static final String TOKEN = "hf_secret0123456789";

  /** What a client asked for. */
  record Request(String server, String method, String path, String range, String authorization) {}

  /** What it should say instead. */
  record Refused(int status, String errorCode) {}

  private final HttpServer hub;
  private final HttpServer cdn;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);

  final Map<String, byte[]> files = new TreeMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  /** Bodies of the CDN that are still to be cut off in the middle. */
  final AtomicInteger cuts = new AtomicInteger();

  /** Answers of the CDN that are still to be 503. */
  final AtomicInteger busy = new AtomicInteger();

  /** What the CDN sends in place of a file. */
  final Map<String, byte[]> forged = new ConcurrentHashMap<>();

  volatile boolean ranges = true;

  /** Bodies of the CDN that are still to fall silent in the middle. */
  final AtomicInteger stalls = new AtomicInteger();

  volatile boolean gated;
  volatile Refused refusesFiles = new Refused(0, "");
  volatile boolean loops;

  private FakeHub() throws IOException {
    this.hub = server();
    this.cdn = server();
    hub.createContext("/", exchange -> handle("hub", exchange));
    cdn.createContext("/", exchange -> handle("cdn", exchange));
    hub.start();
    cdn.start();
  }

  /** A Hub whose model has these files. */
  public static FakeHub with(Map<String, byte[]> files) throws IOException {
    FakeHub fake = new FakeHub();
    fake.files.putAll(files);
    return fake;
  }

  /** The environment of a user of this Hub. */
  public HubEnvironment environment(Path home, String... more) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("HF_ENDPOINT", endpoint());
    variables.put("HF_HOME", home.toString());
    for (int i = 0; i < more.length; i += 2) {
      variables.put(more[i], more[i + 1]);
    }
    return new HubEnvironment(variables, home);
  }

  public String endpoint() {
    return "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  /** The names of the files whose content was asked for. */
  List<String> downloads() {
    return requests.stream()
        .filter(r -> r.method().equals("GET") && !r.path().startsWith("/api/models"))
        .filter(r -> !r.path().contains("/resolve/"))
        .map(r -> r.path().substring(r.path().lastIndexOf('/') + 1))
        .collect(Collectors.toList());
  }

  @Override
  public void close() {
    closing.countDown();
    hub.stop(0);
    cdn.stop(0);
    threads.shutdownNow();
  }

  static String sha256(byte[] content) {
    return Sha256.of(content);
  }

  static String gitSha1(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    return server;
  }

  private void handle(String server, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(
        new Request(
            server,
            exchange.getRequestMethod(),
            path,
            header(exchange, "Range"),
            header(exchange, "Authorization")));
    try (exchange) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (server.equals("cdn")) {
        content(exchange, name);
      } else if (path.startsWith("/api/models/")) {
        info(exchange, path);
      } else if (path.startsWith("/api/resolve-cache/")) {
        small(exchange, name);
      } else {
        resolve(exchange, name);
      }
    }
  }

  private void info(HttpExchange exchange, String path) throws IOException {
    if (!path.equals("/api/models/" + REPO + "/revision/main")
        && !path.equals("/api/models/" + REPO + "/revision/" + COMMIT)) {
      refuse(exchange, new Refused(404, "RevisionNotFound"));
      return;
    }
    String siblings =
        files.keySet().stream()
            .map(name -> "{\"rfilename\":\"%s\"}".formatted(name))
            .collect(Collectors.joining(","));
    byte[] body = "{\"sha\":\"%s\",\"siblings\":[%s]}".formatted(COMMIT, siblings).getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private void resolve(HttpExchange exchange, String name) throws IOException {
    byte[] content = files.get(name);
    if (refusesFiles.status() != 0) {
      refuse(exchange, refusesFiles);
    } else if (gated && !header(exchange, "Authorization").equals("Bearer " + TOKEN)) {
      refuse(exchange, new Refused(401, "GatedRepo"));
    } else if (loops) {
      redirect(exchange, exchange.getRequestURI().toString());
    } else if (content == null) {
      refuse(exchange, new Refused(404, "EntryNotFound"));
    } else if (name.endsWith(".safetensors")) {
      exchange.getResponseHeaders().set("ETag", "\"a-redirect-has-its-own\"");
      exchange.getResponseHeaders().set("X-Linked-Etag", '"' + sha256(content) + '"');
      exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(content.length));
      redirect(
          exchange,
          "http://127.0.0.1:%d/signed/%s?Signature=a~b"
              .formatted(cdn.getAddress().getPort(), name));
    } else {
      redirect(exchange, "/api/resolve-cache/models/%s/%s/%s".formatted(REPO, COMMIT, name));
    }
  }

  private void small(HttpExchange exchange, String name) throws IOException {
    byte[] content = Objects.requireNonNull(files.get(name));
    exchange.getResponseHeaders().set("ETag", "W/\"" + gitSha1(content) + '"');
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    byte[] sent = forged.getOrDefault(name, content);
    exchange.sendResponseHeaders(200, sent.length == 0 ? -1 : sent.length);
    exchange.getResponseBody().write(sent);
  }

  private void content(HttpExchange exchange, String name) throws IOException {
    if (busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      refuse(exchange, new Refused(503, ""));
      return;
    }
    byte[] whole = forged.getOrDefault(name, files.get(name));
    String range = header(exchange, "Range");
    int from = ranges && !range.isEmpty() ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, whole.length - 1, whole.length));
    }
    byte[] rest = Arrays.copyOfRange(whole, from, whole.length);
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
    OutputStream body = exchange.getResponseBody();
    if (stalls.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      body.write(rest, 0, rest.length / 2);
      body.flush();
      awaitClose();
    } else if (cuts.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      // Closing the exchange now resets the connection in the middle of the body.
      body.write(rest, 0, rest.length / 2);
      body.flush();
    } else {
      body.write(rest);
    }
  }

  private void awaitClose() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(302, -1);
  }

  private static void refuse(HttpExchange exchange, Refused refused) throws IOException {
    if (!refused.errorCode().isEmpty()) {
      exchange.getResponseHeaders().set("X-Error-Code", refused.errorCode());
    }
    exchange.sendResponseHeaders(refused.status(), -1);
  }

  private static String header(HttpExchange exchange, String name) {
    return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
  }
}
