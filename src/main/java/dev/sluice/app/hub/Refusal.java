package dev.sluice.app.hub;

/** Says why the Hub does not give what was asked for, and what to do about it. */
final class Refusal {

  private final HubConnection hub;
  private final RepoId repo;
  private final Revision revision;

  Refusal(HubConnection hub, RepoId repo, Revision revision) {
    this.hub = hub;
    this.repo = repo;
    this.revision = revision;
  }

  /**
   * Does nothing if the answer is none.
   *
   * @throws TransientFailure if asking again may help
   * @throws HubException if not
   */
  void check(HubAnswer answer) throws TransientFailure {
    int status = answer.status();
    if (status < 400) {
      return;
    }
    if (status == 408 || status == 429 || status >= 500) {
      throw new TransientFailure(
          "%s is busy (HTTP %d)".formatted(answer.address().getHost(), status));
    }
    if (!hub.isHub(answer.address())) {
      // The CDN's addresses are signed for a while; the Hub gives a new one.
      throw new TransientFailure(
          "%s refuses the file (HTTP %d)".formatted(answer.address().getHost(), status));
    }
    boolean unknown = answer.header("X-Error-Code").filter("RepoNotFound"::equals).isPresent();
    if (status == 401 && unknown) {
      throw new HubException(
          "no model %s at %s, or it is private; check the name, and set HF_TOKEN for a private one"
              .formatted(repo, hub.endpoint()));
    }
    if (status == 401 || status == 403) {
      throw new HubException(
          "%s is gated or private (HTTP %d, %s): accept its terms on %s/%s, then set HF_TOKEN to a token of that account"
              .formatted(repo, status, token(), hub.endpoint(), repo));
    }
    if (status == 404) {
      throw new HubException(
          "no model %s with revision '%s' at %s; check the name and --revision"
              .formatted(repo, revision, hub.endpoint()));
    }
    throw new HubException(
        "%s answers HTTP %d for %s; check HF_ENDPOINT".formatted(hub.endpoint(), status, repo));
  }

  private String token() {
    if (hub.sendsToken()) {
      return "the token sent does not open it";
    }
    return HubConnection.isConfidential(hub.endpoint())
        ? "no token sent"
        : "a token is sent over https only";
  }
}
