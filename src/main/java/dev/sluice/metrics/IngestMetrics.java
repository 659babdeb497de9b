package dev.sluice.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of ingest. Thread-safe. */
public final class IngestMetrics {

  private final Counter accepted;
  private final Counter duplicates;
  private final Counter rejected;

  IngestMetrics(MeterRegistry registry) {
    accepted = counter(registry, "accepted");
    duplicates = counter(registry, "duplicate");
    rejected = counter(registry, "rejected");
  }

  public void accepted() {
    accepted.increment();
  }

  public void duplicate() {
    duplicates.increment();
  }

  public void rejected() {
    rejected.increment();
  }

  private static Counter counter(MeterRegistry registry, String verdict) {
    return Counter.builder("sluice.ingest.records")
        .description("Records that ingest has read, by what became of them")
        .tag("verdict", verdict)
        .register(registry);
  }
}
