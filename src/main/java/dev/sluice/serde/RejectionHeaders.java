package dev.sluice.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.SourcePosition;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The headers that say why a record was rejected and where it came from, as UTF-8 text. */
public final class RejectionHeaders {

  public static final String REASON = "sluice.reason";
  public static final String TOPIC = "sluice.topic";
  public static final String PARTITION = "sluice.partition";
  public static final String OFFSET = "sluice.offset";

  private static final List<String> NAMES = List.of(REASON, TOPIC, PARTITION, OFFSET);

  private RejectionHeaders() {}

  /** Puts the headers in place of any that an earlier rejection left. */
  public static void write(Headers headers, Rejection rejection) {
    remove(headers);
    SourcePosition source = rejection.source();
    headers.add(REASON, rejection.reason().getBytes(UTF_8));
    headers.add(TOPIC, source.topic().getBytes(UTF_8));
    headers.add(PARTITION, Integer.toString(source.partition()).getBytes(UTF_8));
    headers.add(OFFSET, Long.toString(source.offset()).getBytes(UTF_8));
  }

  public static void remove(Headers headers) {
    NAMES.forEach(headers::remove);
  }

  /** What {@link #write} wrote; empty if a header is missing or is no number where it must be. */
  public static Optional<Rejection> read(Headers headers) {
    @Nullable String reason = text(headers, REASON);
    @Nullable String topic = text(headers, TOPIC);
    @Nullable String partition = text(headers, PARTITION);
    @Nullable String offset = text(headers, OFFSET);
    if (reason == null || topic == null || partition == null || offset == null) {
      return Optional.empty();
    }
    try {
      SourcePosition source =
          new SourcePosition(topic, Integer.parseInt(partition), Long.parseLong(offset));
      return Optional.of(new Rejection(reason, source));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String text(Headers headers, String name) {
    @Nullable Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /**
   * Why and whence.
   *
   * @param reason one sentence for a person; never contains the example's text
   * @param source the original record
   */
  public record Rejection(String reason, SourcePosition source) {}
}
