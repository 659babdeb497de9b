package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.MemoryEstimate;

/** A memory estimate for people and for machines. */
record MemoryReport(MemoryEstimate estimate) {

  private static final double MIB = 1 << 20;

  Table table() {
    Table table =
        new Table("MEMORY, ESTIMATED", ">MIB")
            .row("frozen projections", mib(estimate.projections()))
            .row("embedding, head, norms, tables", mib(estimate.otherWeights()));
    if (estimate.dequantized() > 0) {
      table.row("weights dequantized", mib(estimate.dequantized()));
    }
    return table
        .row("adapter", mib(estimate.adapter()))
        .row("AdamW's moments", mib(estimate.moments()))
        .row("gradients", mib(estimate.gradients()))
        .row("activations", mib(estimate.activations()))
        .row("logits or a layer's gradients", mib(estimate.working()))
        .row("together", mib(estimate.total()));
  }

  /** Bytes. */
  ObjectNode json() {
    return Output.object()
        .put("projections", estimate.projections())
        .put("otherWeights", estimate.otherWeights())
        .put("dequantized", estimate.dequantized())
        .put("adapter", estimate.adapter())
        .put("moments", estimate.moments())
        .put("gradients", estimate.gradients())
        .put("activations", estimate.activations())
        .put("working", estimate.working())
        .put("total", estimate.total());
  }

  private static String mib(long bytes) {
    return "%,.1f".formatted(bytes / MIB);
  }
}
