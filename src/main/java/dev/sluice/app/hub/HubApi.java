package dev.sluice.app.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the Hub tells about a model and its files. */
final class HubApi {

  static final String LINKED_ETAG = "X-Linked-Etag";

  private static final String LINKED_SIZE = "X-Linked-Size";
  private static final JsonMapper JSON = new JsonMapper();

  private final HubConnection hub;
  private final RepoId repo;
  private final Refusal refusal;
  private final Retry retry;

  HubApi(HubConnection hub, RepoId repo, Refusal refusal, Retry retry) {
    this.hub = hub;
    this.repo = repo;
    this.refusal = refusal;
    this.retry = retry;
  }

  /** The commit that a revision means now, and its files. */
  ModelInfo info(Revision revision) throws IOException {
    URI address = address("api/models/%s/revision/%s".formatted(repo, encode(revision.name())));
    String body =
        retry.run(
            "the list of files",
            () -> {
              try (HubAnswer answer = hub.get(address, 0)) {
                refusal.check(answer);
                return answer.text();
              }
            });
    JsonNode model = parse(body);
    String commit = model.path("sha").asText();
    if (!Revision.isCommit(commit)) {
      throw notTheHub("names no commit");
    }
    List<String> names = new ArrayList<>();
    model.path("siblings").forEach(sibling -> names.add(sibling.path("rfilename").asText()));
    return new ModelInfo(commit, names);
  }

  /** A file's checksum and size. */
  RemoteFile file(String commit, String name) throws IOException {
    URI address = address("%s/resolve/%s/%s".formatted(repo, commit, encode(name)));
    return retry.run(
        name,
        () -> {
          try (HubAnswer answer = hub.head(address)) {
            refusal.check(answer);
            BlobId blob =
                answer
                    .header(LINKED_ETAG)
                    .or(() -> isFile(answer) ? answer.header("ETag") : Optional.empty())
                    .flatMap(BlobId::ofEtag)
                    .orElseThrow(() -> notTheHub("names no checksum of " + name));
            long size = size(answer).orElseThrow(() -> notTheHub("names no size of " + name));
            return new RemoteFile(name, address, blob, size);
          }
        });
  }

  private static Optional<Long> size(HubAnswer answer) {
    return answer
        .header(LINKED_SIZE)
        .or(() -> isFile(answer) ? answer.header("Content-Length") : Optional.empty())
        .filter(digits -> digits.matches("\\d{1,18}"))
        .map(Long::valueOf);
  }

  /** A redirect has an ETag and a length of its own. */
  private static boolean isFile(HubAnswer answer) {
    return answer.status() == 200;
  }

  private JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw notTheHub("does not answer in JSON");
    }
  }

  private HubException notTheHub(String what) {
    return new HubException(
        "%s %s; check HF_ENDPOINT, and whether a proxy answers in its place"
            .formatted(hub.endpoint(), what));
  }

  private URI address(String path) {
    return URI.create(hub.endpoint() + "/" + path);
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
