package dev.sluice.app;

import dev.sluice.metrics.IngestMetrics;
import dev.sluice.streams.IngestListener;

/** Counts what ingest decides. */
record MeteredIngest(IngestMetrics metrics) implements IngestListener {

  @Override
  public void accepted() {
    metrics.accepted();
  }

  @Override
  public void duplicate() {
    metrics.duplicate();
  }

  @Override
  public void rejected() {
    metrics.rejected();
  }
}
