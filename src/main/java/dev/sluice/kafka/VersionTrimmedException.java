package dev.sluice.kafka;

import dev.sluice.data.SluiceException;

/** The files of a version were dropped by retention. */
public final class VersionTrimmedException extends SluiceException {

  /**
   * @param remedy what to do instead
   */
  public VersionTrimmedException(String adapter, long version, String remedy) {
    super(
        "%s@%d was trimmed: its files are gone, as retention.keep.* says; %s"
            .formatted(adapter, version, remedy));
  }
}
