package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.kafka.AdapterProgress;
import dev.sluice.lora.LoraConfig;
import org.jspecify.annotations.Nullable;

/** A dry run for machines. */
record DryRunJson(DryRun run) {

  ObjectNode json() {
    ObjectNode json = Output.object();
    model(json.putObject("model"));
    adapter(json.putObject("adapter"));
    training(json.putObject("training"));
    json.putObject("memory")
        .put("rows", run.setup().rows())
        .put("targets", run.setup().targets())
        .set("bytes", new MemoryReport(run.memory()).json());
    kafka(json.putObject("kafka"));
    return json;
  }

  private void model(ObjectNode node) {
    node.put("name", run.modelName())
        .put("dir", run.config().modelDir())
        .put("family", run.model().family())
        .put("layers", run.model().layers())
        .put("hidden", run.model().hidden())
        .put("vocabulary", run.model().vocabulary())
        .put("parameters", run.parameters().base());
  }

  private void adapter(ObjectNode node) {
    LoraConfig lora = run.config().lora();
    node.put("name", run.config().adapterName())
        .put("rank", lora.rank())
        .put("alpha", lora.alpha())
        .put("scaling", Words.of(lora.scaling()))
        .put("gamma", lora.gamma())
        .put("parameters", run.parameters().trainable());
    var targets = node.putArray("targets");
    lora.targets().forEach(target -> targets.add(target.peftName()));
  }

  private void training(ObjectNode node) {
    SluiceConfig config = run.config();
    node.put("learningRate", config.optimizer().learningRate())
        .put("warmupUpdates", config.optimizer().warmupUpdates())
        .put("maxExamples", config.batch().maxExamples())
        .put("maxTokens", config.batch().maxTokens())
        .put("maxLength", run.setup().positions())
        .put("precision", Words.of(run.setup().precision()))
        .put("quantization", Words.of(run.setup().quantization()))
        .put("recompute", config.recompute())
        .put("threads", config.computeThreads())
        .put("device", config.device());
  }

  private void kafka(ObjectNode node) {
    node.put("bootstrapServers", run.config().bootstrapServers())
        .put("reached", run.kafka().reached())
        .put("problem", run.kafka().problem());
    @Nullable AdapterProgress progress = run.kafka().progress();
    if (progress != null) {
      @Nullable Manifest newest = progress.newest();
      node.put("topic", run.config().topics().train())
          .put("partition", progress.partition())
          .put("version", newest == null ? null : newest.version())
          .put("step", newest == null ? 0 : newest.step())
          .put("nextOffset", progress.nextOffset())
          .put("endOffset", progress.endOffset())
          .put("lag", progress.lag());
    }
  }
}
