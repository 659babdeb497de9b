package dev.sluice.app;

import static dev.sluice.testing.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpHandler;
import dev.sluice.app.config.HttpSettings;
import dev.sluice.metrics.MetricsRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointsTest {

  private static final String LOOPBACK = "127.0.0.1";

  /** Answers as it is told. */
  private static final class FakeHealth implements HealthCheck {
    private volatile boolean live = true;
    private volatile boolean ready = true;

    @Override
    public Status live() {
      return new Status(live, live ? "turns" : "stands still");
    }

    @Override
    public Status ready() {
      return new Status(ready, ready ? "restored" : "restoring");
    }
  }

  private final FakeHealth health = new FakeHealth();
  private final MetricsRegistry metrics = new MetricsRegistry();
  private final HttpEndpoints endpoints =
      HttpEndpoints.start(settings(LOOPBACK, 0), metrics.scrapeHandler(), health);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    endpoints.close();
    metrics.close();
  }

  @Test
  void metricsAreServedInPrometheusText() throws Exception {
    HttpResponse<String> response = send("GET", "/metrics");
    assertEquals(200, response.statusCode());
    assertSays("text/plain", new AssertionError(header(response, "Content-Type")));
    assertSays("jvm_memory_used_bytes", new AssertionError(response.body()));
  }

  @Test
  void aQueryIsNoOtherPath() throws Exception {
    assertEquals(200, send("GET", "/metrics?name=jvm_threads_live_threads").statusCode());
    assertEquals(200, send("GET", "/livez?verbose").statusCode());
  }

  @Test
  void livezIsOkOrUnavailableAndSaysWhy() throws Exception {
    HttpResponse<String> live = send("GET", "/livez");
    assertEquals(200, live.statusCode());
    assertEquals("turns\n", live.body());
    assertEquals("text/plain; charset=utf-8", header(live, "Content-Type"));

    health.live = false;
    HttpResponse<String> dead = send("GET", "/livez");
    assertEquals(503, dead.statusCode());
    assertEquals("stands still\n", dead.body());
    assertEquals(200, send("GET", "/readyz").statusCode());
  }

  @Test
  void readyzIsOkOrUnavailableAndSaysWhy() throws Exception {
    assertEquals("restored\n", send("GET", "/readyz").body());

    health.ready = false;
    HttpResponse<String> response = send("GET", "/readyz");
    assertEquals(503, response.statusCode());
    assertEquals("restoring\n", response.body());
    assertEquals(200, send("GET", "/livez").statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/favicon.ico",
        "/livez/",
        "/livez/x",
        "/livezz",
        "/readyz/x",
        "/metrics/x",
        "/metricsx"
      })
  void thereIsNothingElse(String path) throws Exception {
    assertEquals(404, send("GET", path).statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz", "/metrics"})
  void nothingCanBeWritten(String path) throws Exception {
    for (String method : new String[] {"POST", "PUT", "DELETE"}) {
      HttpResponse<String> response = send(method, path);
      assertEquals(405, response.statusCode(), method);
      assertEquals("GET, HEAD", header(response, "Allow"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz", "/metrics"})
  void aHeadHasTheCodeAndNoBody(String path) throws Exception {
    HttpResponse<String> response = send("HEAD", path);
    assertEquals(200, response.statusCode());
    assertEquals("", response.body());
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsSetting() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Throwable failure = refused(settings(LOOPBACK, taken.getLocalPort()));
      assertSays("http.port=" + taken.getLocalPort(), failure);
      assertSays("choose another port, 0 for any free one, -1 for none", failure);
    }
  }

  @Test
  void anAddressThatDoesNotResolveIsNamedWithItsSetting() {
    assertSays("http.host=no-such-host.invalid", refused(settings("no-such-host.invalid", 0)));
  }

  @Test
  void portMinusOneServesNothing() {
    try (HttpEndpoints off =
        HttpEndpoints.start(settings(LOOPBACK, -1), metrics.scrapeHandler(), health)) {
      assertEquals("off", off.address());
    }
  }

  private Throwable refused(HttpSettings settings) {
    HttpHandler handler = metrics.scrapeHandler();
    return assertThrows(
        CommandFailedException.class, () -> HttpEndpoints.start(settings, handler, health).close());
  }

  private HttpResponse<String> send(String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoints.address() + path))
            .method(method, BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(10))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static HttpSettings settings(String host, int port) {
    return new HttpSettings(host, port, Duration.ofMinutes(2));
  }
}
