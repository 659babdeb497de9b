package dev.sluice.app.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the environment says about the Hub, in the variables of Python's huggingface_hub. A variable
 * that is empty counts as not set.
 */
public final class HubEnvironment {

  private static final String ENDPOINT = "HF_ENDPOINT";
  private static final String HUB = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

  private final Map<String, String> variables;
  private final Path userHome;

  public HubEnvironment(Map<String, String> variables, Path userHome) {
    this.variables = Map.copyOf(variables);
    this.userHome = userHome;
  }

  /** That of this process. */
  public static HubEnvironment ofProcess() {
    return new HubEnvironment(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The folder with a folder for each model: HF_HUB_CACHE, or {@code hub} in HF_HOME. */
  public Path cacheDirectory() {
    return path("HF_HUB_CACHE").orElseGet(() -> home().resolve("hub"));
  }

  /**
   * The Hub's address, or that of a mirror; without a slash at its end.
   *
   * @throws HubException if HF_ENDPOINT is no address
   */
  URI endpoint() {
    String address = variable(ENDPOINT).orElse(HUB).replaceAll("/+$", "");
    try {
      URI uri = URI.create(address);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (Set.of("https", "http").contains(scheme)
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // No address at all: said below.
    }
    // What stands before an @ may be a password.
    throw new HubException(
        "%s must be an address such as %s, without user or query, but was '%s'"
            .formatted(ENDPOINT, HUB, address.replaceAll(".*@", "...@")));
  }

  /** HF_TOKEN, or what {@code hf auth login} left in a file. */
  Optional<AccessToken> token() throws IOException {
    Optional<String> variable = variable("HF_TOKEN");
    if (variable.isPresent()) {
      return variable.map(secret -> new AccessToken(secret, "HF_TOKEN"));
    }
    Path file = path("HF_TOKEN_PATH").orElseGet(() -> home().resolve("token"));
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String secret = Files.readString(file).strip();
    return secret.isEmpty()
        ? Optional.empty()
        : Optional.of(new AccessToken(secret, file.toString()));
  }

  /** Whether only the cache is to be used. */
  boolean isOffline() {
    return variable("HF_HUB_OFFLINE")
        .map(v -> TRUE.contains(v.toLowerCase(Locale.ROOT)))
        .orElse(false);
  }

  private Path home() {
    return path("HF_HOME")
        .orElseGet(
            () ->
                path("XDG_CACHE_HOME")
                    .orElseGet(() -> userHome.resolve(".cache"))
                    .resolve("huggingface"));
  }

  private Optional<Path> path(String name) {
    return variable(name)
        .map(
            value ->
                value.equals("~") || value.startsWith("~/")
                    ? Path.of(userHome + value.substring(1))
                    : Path.of(value).toAbsolutePath());
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }
}
