package dev.sluice.app;

import dev.sluice.streams.IngestListener;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what ingest decides. */
final class DemoCount implements IngestListener {

  private final AtomicLong duplicates = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();

  @Override
  public void duplicate() {
    duplicates.incrementAndGet();
  }

  @Override
  public void rejected() {
    rejected.incrementAndGet();
  }

  long duplicateCount() {
    return duplicates.get();
  }

  long rejectedCount() {
    return rejected.get();
  }
}
