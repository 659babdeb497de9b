package dev.sluice.serde;

/**
 * An entry of the registry of adapters: the partition that an adapter has in every topic with one
 * partition an adapter. The record's key is the adapter's name in UTF-8.
 */
public record AdapterAssignment(int partition) {
  public AdapterAssignment {
    if (partition < 0) {
      throw new IllegalArgumentException("partition must be at least 0 but was " + partition);
    }
  }
}
