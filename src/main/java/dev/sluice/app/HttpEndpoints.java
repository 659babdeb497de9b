package dev.sluice.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.HealthCheck.Status;
import dev.sluice.app.config.HttpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The process's own HTTP server, read-only: {@code /metrics} for Prometheus, {@code /livez} and
 * {@code /readyz} for Kubernetes. On the JDK's server, with two daemon threads.
 */
final class HttpEndpoints implements AutoCloseable {

  private static final List<String> READS = List.of("GET", "HEAD");

  private final @Nullable HttpServer server;
  private final ExecutorService threads;

  private HttpEndpoints(@Nullable HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts serving, unless {@code http.port} is -1.
   *
   * @throws CommandFailedException if the address cannot be bound
   */
  static HttpEndpoints start(HttpSettings settings, HttpHandler metrics, HealthCheck health) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "http");
              thread.setDaemon(true);
              return thread;
            });
    if (!settings.enabled()) {
      return new HttpEndpoints(null, threads);
    }
    HttpServer server = bind(settings);
    server.setExecutor(threads);
    serve(server, "/metrics", metrics);
    serve(server, "/livez", exchange -> answer(exchange, health.live()));
    serve(server, "/readyz", exchange -> answer(exchange, health.ready()));
    server.start();
    return new HttpEndpoints(server, threads);
  }

  /** Where it serves, for example {@code http://127.0.0.1:9464}, or {@code off}. */
  String address() {
    if (server == null) {
      return "off";
    }
    InetSocketAddress bound = server.getAddress();
    String host = bound.getAddress().getHostAddress();
    return "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, bound.getPort());
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  private static HttpServer bind(HttpSettings settings) {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    try {
      return HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new CommandFailedException(
          "cannot serve metrics on http.host=%s http.port=%d (%s); choose another port, 0 for any free one, -1 for none"
              .formatted(settings.host(), settings.port(), e.getMessage()),
          e);
    }
  }

  /** Lets the handler answer reads of exactly this path; the JDK's server would match by prefix. */
  private static void serve(HttpServer server, String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          if (!path.equals(exchange.getRequestURI().getPath())) {
            refuse(exchange, 404);
          } else if (!READS.contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", String.join(", ", READS));
            refuse(exchange, 405);
          } else {
            handler.handle(exchange);
          }
        });
  }

  private static void refuse(HttpExchange exchange, int code) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(code, -1);
    }
  }

  private static void answer(HttpExchange exchange, Status status) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      byte[] body = (status.detail() + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status.ok() ? 200 : 503, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
