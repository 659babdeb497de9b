package dev.sluice.app.hub;

import java.util.regex.Pattern;

/** The secret that opens gated and private models. It is sent, and never shown. */
final class AccessToken {

  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");

  private final String secret;

  /**
   * @param origin where it comes from, for a message that cannot show the token itself
   */
  AccessToken(String secret, String origin) {
    // The HTTP client would refuse it too, with a message that quotes it.
    if (!VISIBLE_ASCII.matcher(secret).matches()) {
      throw new HubException(
          origin
              + " holds something else than one token of visible ASCII characters; set it again");
    }
    this.secret = secret;
  }

  /** The value of the Authorization header. */
  String header() {
    return "Bearer " + secret;
  }

  @Override
  public String toString() {
    return "***";
  }
}
