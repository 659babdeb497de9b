package dev.sluice.data;

/**
 * Where a batch was cut that was not full: the offsets of its first and its last example, both
 * included.
 */
public record Boundary(long firstOffset, long lastOffset) {
  public Boundary {
    if (firstOffset < 0 || lastOffset < firstOffset) {
      throw new IllegalArgumentException(
          "a batch cannot cover offsets %d to %d".formatted(firstOffset, lastOffset));
    }
  }
}
