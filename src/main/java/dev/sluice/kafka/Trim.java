package dev.sluice.kafka;

import java.util.List;

/**
 * What retention makes of one adapter.
 *
 * @param kept versions that have their files, oldest first
 * @param dropped versions whose files go, oldest first
 * @param bytes of the files that go
 */
public record Trim(String adapter, List<Long> kept, List<Long> dropped, long bytes) {
  public Trim {
    kept = List.copyOf(kept);
    dropped = List.copyOf(dropped);
  }
}
