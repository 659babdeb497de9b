package dev.sluice.app;

import java.util.Locale;

/** How the values of the configuration are written in output. */
final class Words {

  private Words() {}

  /** For example {@code rslora}. */
  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
