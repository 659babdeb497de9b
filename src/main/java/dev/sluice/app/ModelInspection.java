package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lora.LoraConfig;
import dev.sluice.model.MemoryEstimate;
import dev.sluice.model.ModelConfig;
import dev.sluice.model.ParameterCount;
import dev.sluice.model.Quantization;
import dev.sluice.model.RsLoraModel.Precision;
import java.util.List;

/**
 * What training a base model takes, by rank and by how its weights are stored: computed from its
 * configuration alone.
 *
 * @param lora scaling and target modules; the rank is that of {@code ranks}
 * @param ranks in any order
 * @param rows of a step: tokens, those of a common prefix once
 * @param targets rows that predict a target token
 */
record ModelInspection(
    String name, ModelConfig model, LoraConfig lora, List<Integer> ranks, int rows, int targets) {

  private static final double MIB = 1 << 20;

  /** How weights are stored and computed with. */
  private enum Storage {
    FP32(Precision.FP32, Quantization.NONE),
    BF16(Precision.BF16, Quantization.NONE),
    INT8(Precision.BF16, Quantization.INT8),
    NF4(Precision.BF16, Quantization.NF4);

    private final Precision precision;
    private final Quantization quantization;

    Storage(Precision precision, Quantization quantization) {
      this.precision = precision;
      this.quantization = quantization;
    }
  }

  ModelInspection {
    ranks = ranks.stream().distinct().sorted().toList();
  }

  Table shape() {
    ParameterCount count = ParameterCount.of(model, lora);
    return new Table("MODEL", "")
        .row("name", name)
        .row("family", model.family())
        .row("layers", model.layers())
        .row("hidden, intermediate", model.hidden() + ", " + model.intermediate())
        .row(
            "attention heads, KV heads, head_dim",
            "%d, %d, %d".formatted(model.heads(), model.keyValueHeads(), model.headDim()))
        .row("vocabulary", "%,d%s".formatted(model.vocabulary(), model.tied() ? ", tied" : ""))
        .row("context", "%,d tokens".formatted(model.maxPositions()))
        .row("parameters", "%,d".formatted(count.base()))
        .row("  of projections", "%,d".formatted(count.projections()));
  }

  /** A line for each rank and storage. */
  Table memory() {
    Table table =
        new Table(">RANK", ">TRAINABLE", "WEIGHTS", ">OF WEIGHTS", ">TOTAL", ">WITH RECOMPUTE");
    for (int rank : ranks) {
      for (Storage storage : Storage.values()) {
        MemoryEstimate estimate = estimate(rank, storage, false);
        table.row(
            rank,
            "%,d".formatted(ParameterCount.of(model, of(rank)).trainable()),
            Words.of(storage),
            mib(estimate.projections() + estimate.otherWeights()),
            mib(estimate.total()),
            mib(estimate(rank, storage, true).total()));
      }
    }
    return table;
  }

  ObjectNode json() {
    ObjectNode node = Output.object();
    node.put("name", name).put("family", model.family()).put("layers", model.layers());
    node.put("hidden", model.hidden()).put("vocabulary", model.vocabulary());
    node.put("maxPositions", model.maxPositions()).put("tied", model.tied());
    node.put("parameters", ParameterCount.of(model, lora).base());
    node.put("rows", rows).put("targets", targets);
    ArrayNode estimates = node.putArray("estimates");
    for (int rank : ranks) {
      for (Storage storage : Storage.values()) {
        for (boolean recompute : new boolean[] {false, true}) {
          estimates
              .addObject()
              .put("rank", rank)
              .put("trainable", ParameterCount.of(model, of(rank)).trainable())
              .put("weights", Words.of(storage))
              .put("recompute", recompute)
              .set("bytes", new MemoryReport(estimate(rank, storage, recompute)).json());
        }
      }
    }
    return node;
  }

  private MemoryEstimate estimate(int rank, Storage storage, boolean recompute) {
    int positions = Math.min(rows, model.maxPositions());
    return MemoryEstimate.of(
        model,
        of(rank),
        new MemoryEstimate.Setup(
            storage.precision, storage.quantization, recompute, positions, rows, targets));
  }

  private LoraConfig of(int rank) {
    return new LoraConfig(rank, lora.alpha(), lora.scaling(), lora.targets());
  }

  private static String mib(long bytes) {
    return "%,.0f".formatted(bytes / MIB);
  }
}
