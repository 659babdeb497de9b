package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.TrainerLoop;
import dev.sluice.metrics.MetricsRegistry;
import dev.sluice.train.TrainingListener;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains one adapter until it is told to stop. */
@Command(
    name = "train",
    description = {
      "Trains one adapter from its partition of the train topic until SIGTERM or Ctrl-C, then"
          + " finishes the step, commits a checkpoint and leaves. A restart goes on from the newest"
          + " checkpoint."
    },
    footer = {
      "  sluice train --config sluice.yaml",
      "  sluice train --model ./SmolLM2-135M --set adapter.name=sentiment --set lora.rank=32",
      "  sluice train --config sluice.yaml --set lora.rank=64 --accept",
    })
final class TrainCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--accept",
      description =
          "Change the restored adapter to lora.rank, lora.alpha and lora.scaling where they differ"
              + " from its own: its function stays as it is, AdamW begins anew. Without it such an"
              + " adapter is refused, with what the change would do.")
  private boolean accept;

  @Override
  public Integer call() throws IOException {
    SluiceConfig config = options.config(model.overrides());
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
      TrainerLoop loop =
          setup.loop(
              accept,
              TrainingListener.all(List.of(metrics.training(), health)),
              new MeteredClients(metrics),
              clock);
      loop.run(stop::isSet);
      LOG.atInfo().addKeyValue("adapter", config.adapterName()).log("Stopped");
    }
    return 0;
  }
}
