package dev.sluice.kafka;

import java.util.regex.Pattern;

/**
 * What an adapter may be called: its name is part of record keys ({@code name@version/file/index})
 * and of directories.
 */
final class AdapterName {

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private AdapterName() {}

  /**
   * @throws IllegalArgumentException if the name cannot be used
   */
  static void require(String adapter) {
    if (!VALID.matcher(adapter).matches()) {
      throw new IllegalArgumentException(
          ("adapter name '%s' must be 1 to 100 letters, digits, '.', '_' or '-' and begin with a"
                  + " letter or digit; rename it")
              .formatted(adapter));
    }
  }
}
