package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Release;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.ReleaseStore;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Names the version that servers should load. */
@Command(
    name = "release",
    description = {
      "Makes a version the one that servers should load. Every byte of it is first checked against"
          + " its manifest. Retention keeps it, and the released versions before it that a rollback"
          + " can go back to."
    },
    footer = {
      "  sluice adapter release --adapter sentiment --adapter-version 12",
      "  sluice adapter release --adapter-version 12 --by desk --reason 'beats 9 on the held-out"
          + " set'",
    })
final class AdapterReleaseCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ReleaseOptions release = new ReleaseOptions();

  @Option(
      names = "--adapter-version",
      paramLabel = "N",
      required = true,
      description = "The version to release.")
  private long version;

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Map<String, Object> client = config.kafkaClient();
    Brokers.requireReachable(client);
    String name = release.adapter(config);
    int partition =
        new AdapterRegistry(client, config.topics(), config.adaptersMax()).partitionOf(name);
    Manifest manifest = AdapterVersions.read(config, name, partition).version(version);
    WholeVersion.require(
        new CheckpointStore(client, config.topics()), manifest, config.signatures().trustedKeys());
    Instant now = Instant.now();
    Release released =
        new ReleaseStore(client, config.topics())
            .publish(
                name,
                partition,
                current -> current.map(c -> next(c, now)).orElseGet(() -> first(name, now)));
    release.print(new Output(spec), released, words(manifest, released, now));
    return 0;
  }

  private Release first(String adapter, Instant now) {
    return Release.first(adapter, version, now, release.by(), release.reason());
  }

  private Release next(Release current, Instant now) {
    return current.version() == version
        ? current
        : current.then(version, now, release.by(), release.reason());
  }

  private static String words(Manifest manifest, Release released, Instant now) {
    if (!released.releasedAt().equals(now)) {
      return "%s was released already, at %s".formatted(manifest.id(), released.releasedAt());
    }
    return "%s (step %d, %,d examples) is released%s"
        .formatted(
            manifest.id(),
            manifest.step(),
            manifest.counts().examples(),
            released.previous().isEmpty() ? "" : ", in place of " + released.previous().get(0));
  }
}
