package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.streams.IngestApp;
import dev.sluice.streams.IngestListener;
import dev.sluice.streams.IngestTopology;

/** Makes ingest from the configuration. */
final class Ingest {
  private Ingest() {}

  static IngestApp app(SluiceConfig config, IngestListener listener) {
    return new IngestApp(
        config.kafkaClient(),
        config.topics(),
        new IngestTopology.Settings(
            config.ingest().maxExampleBytes(),
            config.ingest().dedupeWindow(),
            config.adapterName()),
        config.ingest().stateDir(),
        listener);
  }
}
