package dev.sluice.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.config.SluiceConfig;
import dev.sluice.app.finlora.FinLora;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.TrainerLoop;
import dev.sluice.metrics.MetricsRegistry;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains one adapter until it is told to stop, or on a file to its end. */
@Command(
    name = "train",
    description = {
      "Trains one adapter from its partition of the train topic until SIGTERM or Ctrl-C, then"
          + " finishes the step, commits a checkpoint and leaves. A restart goes on from the newest"
          + " checkpoint.",
      "",
      "With --dry-run it prints what it would do: model, scaling, learning rate, an estimate of the"
          + " memory, the adapter's partition and how far it is. No weight is loaded and nothing on"
          + " Kafka is changed. Exits with 1 if a trainer could not start.",
      "",
      "With --file it trains on a file instead and needs no Kafka: from the same examples in the"
          + " same batches it makes the same bytes. Every row is trained on, repeated ones too; a"
          + " row that cannot be used is named by its line and left out. Ctrl-C ends it after the"
          + " step, and what is trained is written. --out gets the adapter as PEFT loads it, and"
          + " the optimizer's state."
    },
    footer = {
      "  sluice train --config sluice.yaml",
      "  sluice train --model ./SmolLM2-135M --set adapter.name=sentiment --set lora.rank=32",
      "  sluice train --config sluice.yaml --set lora.rank=64 --accept",
      "  sluice train --config sluice.yaml --dry-run",
      "  sluice train --file rows.jsonl --out ./sentiment --model ./SmolLM2-135M --epochs 3",
      "  sluice train --finlora finetune_configs.json --finlora-name sentiment_r8 --dry-run",
    })
final class TrainCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--accept",
      description =
          "Change the restored adapter to lora.rank, lora.alpha and lora.scaling where they differ"
              + " from its own: its function stays as it is, AdamW begins anew. Without it such an"
              + " adapter is refused, with what the change would do.")
  private boolean accept;

  @Mixin private FinLoraOptions finLora = new FinLoraOptions();

  @Mixin private FileOptions fileOptions = new FileOptions();

  @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print what --dry-run or --file has to say as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    requireTogether(fileOptions.isAsked());
    FileOptions.@Nullable Asked file = fileOptions.asked();
    FinLora asked = finLora.read();
    SluiceConfig config = options.config(asked.settings(), model.overrides());
    FinLoraReport report = new FinLoraReport(asked.keysUnder(config));
    if (dryRun) {
      return dryRun(config, report);
    }
    report.log();
    if (file != null) {
      trainOn(file, config);
    } else {
      train(config);
    }
    return 0;
  }

  private void requireTogether(boolean file) {
    if (file && (dryRun || accept)) {
      throw new ParameterException(
          spec.commandLine(),
          "--file goes without Kafka, so %s has nothing to say about it; leave one of them out"
              .formatted(dryRun ? "--dry-run" : "--accept"));
    }
    if (json && !dryRun && !file) {
      throw new ParameterException(spec.commandLine(), "--json goes with --dry-run or --file");
    }
  }

  private void trainOn(FileOptions.Asked file, SluiceConfig config) throws IOException {
    try (StopSignal stop = StopSignal.install();
        TrainingSetup setup = TrainingSetup.open(config)) {
      RejectedLines rejected = new RejectedLines(spec.commandLine().getErr());
      FileTrainingReport report = new FileTraining(config, file, setup, rejected).run(stop::isSet);
      Output out = new Output(spec);
      if (json) {
        out.json(report.json());
      } else {
        report.print(out);
      }
    }
  }

  /** FinLoRA's keys come first: they may be why the model cannot be opened. */
  private int dryRun(SluiceConfig config, FinLoraReport report) {
    Output out = new Output(spec);
    if (!json && !report.keys().isEmpty()) {
      out.table(report.table());
      out.line("");
    }
    DryRun run = DryRun.of(config, accept);
    if (json) {
      ObjectNode node = new DryRunJson(run).json();
      node.set("finlora", report.json());
      out.json(node);
    } else {
      new DryRunText(run).print(out);
    }
    return run.isClear() ? 0 : 1;
  }

  private void train(SluiceConfig config) throws IOException {
    Brokers.requireReachable(config.kafkaClient());
    Clock clock = Clock.systemUTC();
    TrainerHealth health = new TrainerHealth(clock, config.http().liveTimeout());
    try (StopSignal stop = StopSignal.install();
        MetricsRegistry metrics = new MetricsRegistry();
        HttpEndpoints http = HttpEndpoints.start(config.http(), metrics.scrapeHandler(), health);
        TrainingSetup setup = TrainingSetup.open(config)) {
      LOG.atInfo()
          .addKeyValue("adapter", config.adapterName())
          .addKeyValue("model", config.modelDir())
          .addKeyValue("http", http.address())
          .log("Training");
      if (setup.model().gpuUsedBytes().isPresent()) {
        metrics.gpuMemory(setup.model().device(), () -> setup.model().gpuUsedBytes().orElseThrow());
      }
      TrainerLoop loop =
          setup.loop(
              accept,
              TrainingListener.all(List.of(metrics.training(), health)),
              new MeteredClients(metrics),
              clock);
      loop.run(stop::isSet);
      LOG.atInfo().addKeyValue("adapter", config.adapterName()).log("Stopped");
    }
  }
}
