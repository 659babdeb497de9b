package dev.sluice.app.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLException;

/**
 * Requests to the Hub. Large files are sent by a CDN that the Hub redirects to: redirects are
 * followed here and not by the JDK, so that the token goes to the Hub and to nobody else.
 */
final class HubConnection {

  private static final int MAX_REDIRECTS = 10;

  private final URI endpoint;
  private final Optional<AccessToken> token;
  private final String userAgent;
  private final Duration patience;
  private final HttpClient client;
  private boolean answered;

  /**
   * @param patience for a connection, for the headers of an answer, and for each piece of its body
   */
  HubConnection(URI endpoint, Optional<AccessToken> token, String userAgent, Duration patience) {
    this.endpoint = endpoint;
    this.token = token;
    this.userAgent = userAgent;
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(patience)
            .build();
  }

  URI endpoint() {
    return endpoint;
  }

  /** Whether there is a token and it may be sent. */
  boolean sendsToken() {
    return token.isPresent() && isConfidential(endpoint);
  }

  /** Whether an address is the Hub's own. */
  boolean isHub(URI address) {
    return origin(address).equals(origin(endpoint));
  }

  /**
   * Asks for a body.
   *
   * @param from the first byte that is wanted; 0 for all
   */
  HubAnswer get(URI address, long from) throws TransientFailure {
    return follow("GET", address, from, (answer, target) -> true);
  }

  /**
   * Asks what the Hub knows of a file: stops at the answer that says it, which is often the
   * redirect to the CDN.
   */
  HubAnswer head(URI address) throws TransientFailure {
    return follow(
        "HEAD",
        address,
        0,
        (answer, target) -> isHub(target) && answer.header(HubApi.LINKED_ETAG).isEmpty());
  }

  private HubAnswer follow(
      String method, URI address, long from, BiPredicate<HubAnswer, URI> goesOn)
      throws TransientFailure {
    URI at = address;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HubAnswer answer = send(method, at, from);
      Optional<URI> target = answer.redirect();
      if (target.isEmpty() || !goesOn.test(answer, target.get())) {
        return answer;
      }
      answer.close();
      requireAsSafe(at, target.get());
      at = target.get();
    }
    throw new HubException(
        "%s redirects more than %d times; check HF_ENDPOINT".formatted(endpoint, MAX_REDIRECTS));
  }

  private HubAnswer send(String method, URI at, long from) throws TransientFailure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .method(method, BodyPublishers.noBody())
            .timeout(patience)
            .header("User-Agent", userAgent)
            // Compressed on the way, a file would have another size and another ETag.
            .header("Accept-Encoding", "identity");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (isHub(at) && isConfidential(at)) {
      token.ifPresent(t -> request.header("Authorization", t.header()));
    }
    try {
      HubAnswer answer =
          new HubAnswer(client.send(request.build(), BodyHandlers.ofInputStream()), patience);
      answered = true;
      return answer;
    } catch (IOException e) {
      throw broken(at, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("interrupted while asking " + at.getHost(), e);
    }
  }

  /** Without a network nothing will come of waiting; once there was one, it may come back. */
  private TransientFailure broken(URI at, IOException e) {
    if (e instanceof SSLException) {
      throw new HubException(
          "cannot trust %s: %s; check HF_ENDPOINT, the clock, and the certificates that Java trusts"
              .formatted(at.getHost(), e.getMessage()),
          e);
    }
    if (!answered && (e instanceof ConnectException || e instanceof HttpTimeoutException)) {
      throw new HubException(
          ("cannot reach %s; check the network, set HF_ENDPOINT to a mirror that can be reached, or"
                  + " HF_HUB_OFFLINE=1 to use what is in the cache")
              .formatted(endpoint),
          e);
    }
    return new TransientFailure(
        "the connection to %s failed (%s)"
            .formatted(
                at.getHost(),
                Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName())),
        e);
  }

  private static void requireAsSafe(URI from, URI to) {
    boolean safe = isHttps(to) || (!isHttps(from) && "http".equalsIgnoreCase(to.getScheme()));
    if (!safe) {
      throw new HubException(
          "%s redirects to an address without https, which is not followed; check HF_ENDPOINT"
              .formatted(from.getHost()));
    }
  }

  /** Whether nobody on the way can read what is sent there. */
  static boolean isConfidential(URI address) {
    String host = address.getHost();
    return isHttps(address)
        || host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  private static boolean isHttps(URI address) {
    return "https".equalsIgnoreCase(address.getScheme());
  }

  /** Scheme, host and port: what must be the same for a token to be sent. */
  private static String origin(URI address) {
    int port = address.getPort() < 0 ? (isHttps(address) ? 443 : 80) : address.getPort();
    return (address.getScheme() + "://" + address.getHost() + ":" + port).toLowerCase(Locale.ROOT);
  }
}
