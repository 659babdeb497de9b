package dev.sluice.app.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** An answer whose body is still to come; closing it gives the connection back. */
final class HubAnswer implements AutoCloseable {

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpResponse<InputStream> response;
  private final InputStream body;

  /**
   * @param patience how long the body may stand still
   */
  HubAnswer(HttpResponse<InputStream> response, Duration patience) {
    this.response = response;
    this.body = new ImpatientInputStream(response.body(), patience);
  }

  int status() {
    return response.statusCode();
  }

  /** Who answered. */
  URI address() {
    return response.uri();
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  /** Where the answer sends the client on to. */
  Optional<URI> redirect() {
    return REDIRECTS.contains(status()) ? header("Location").map(this::target) : Optional.empty();
  }

  InputStream body() {
    return body;
  }

  String text() throws TransientFailure {
    try {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new TransientFailure("the connection broke off: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // What was needed of it has been read.
    }
  }

  /** Not quoted in messages: addresses at a CDN are signed. */
  private URI target(String location) {
    try {
      URI target = address().resolve(location);
      if (target.getHost() != null) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new HubException(address().getHost() + " redirects to something that is no address");
  }
}
