package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.kafka.TopicLayout;

/** The topics that a configuration asks for. */
final class Topics {
  private Topics() {}

  static TopicLayout layout(SluiceConfig config) {
    return new TopicLayout(
        config.topics(),
        config.adaptersMax(),
        config.topicReplication().map(Short::intValue).orElse(TopicLayout.BROKER_DEFAULT),
        config.ingest().dedupeWindow());
  }
}
