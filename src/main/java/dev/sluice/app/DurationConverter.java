package dev.sluice.app;

import dev.sluice.app.config.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options that are spans of time are written as in the configuration: {@code 30m}. */
final class DurationConverter implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    Duration duration;
    try {
      duration = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'%s' is not a duration such as 30s, 5m, 1h or 1d".formatted(text));
    }
    if (duration.isZero()) {
      throw new TypeConversionException("must be longer than 0 but was '%s'".formatted(text));
    }
    return duration;
  }
}
