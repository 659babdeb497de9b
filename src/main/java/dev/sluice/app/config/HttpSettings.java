package dev.sluice.app.config;

import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Where metrics and health are served.
 *
 * @param port 0 for any free one, -1 for no server
 * @param liveTimeout how long the training loop may stand still before {@code /livez} fails
 */
public record HttpSettings(String host, int port, Duration liveTimeout) {

  private static final String HOST = "http.host";
  private static final String PORT = "http.port";
  private static final String LIVE_TIMEOUT = "http.live.timeout";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "HTTP")
        .text(
            HOST,
            "127.0.0.1",
            Requirement.notEmpty(),
            Importance.MEDIUM,
            "The address that metrics and health are served on; 0.0.0.0 for all.")
        .integer(
            PORT,
            9464,
            NumberBounds.between(-1, 65_535),
            Importance.MEDIUM,
            "",
            "The port that metrics and health are served on; 0 for any free port, -1 for none.")
        .duration(
            LIVE_TIMEOUT,
            "2m",
            DurationBounds.between("1s", "1d"),
            Importance.MEDIUM,
            "How long the training loop may stand still before /livez fails.");
  }

  static HttpSettings from(Values values) {
    return new HttpSettings(values.text(HOST), values.integer(PORT), values.duration(LIVE_TIMEOUT));
  }

  /** Whether there is a server at all. */
  public boolean enabled() {
    return port >= 0;
  }
}
