package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Release;
import dev.sluice.kafka.AdapterRegistry;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.kafka.ReleaseStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Goes back to a version that was released before. */
@Command(
    name = "rollback",
    description = {
      "Makes the version that was released before the released one again, or an earlier one with"
          + " --to. Its bytes are checked first. What was released after it is forgotten: a second"
          + " rollback goes further back."
    },
    footer = {
      "  sluice adapter rollback --adapter sentiment",
      "  sluice adapter rollback --adapter sentiment --to 9 --reason 'accuracy fell at noon'",
    })
final class AdapterRollbackCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before the call
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Mixin private ReleaseOptions release = new ReleaseOptions();

  @Option(
      names = "--to",
      paramLabel = "N",
      description = "The version to go back to; the one released before by default.")
  private @Nullable Long to;

  @Override
  public Integer call() {
    SluiceConfig config = options.config();
    Map<String, Object> client = config.kafkaClient();
    Brokers.requireReachable(client);
    String name = release.adapter(config);
    int partition =
        new AdapterRegistry(client, config.topics(), config.adaptersMax()).partitionOf(name);
    AdapterVersions versions = AdapterVersions.read(config, name, partition);
    Release seen = versions.requireRelease();
    long target = target(seen);
    WholeVersion.require(
        new CheckpointStore(client, config.topics()),
        versions.version(target),
        config.signatures().trustedKeys());
    Release released =
        new ReleaseStore(client, config.topics())
            .publish(
                name,
                partition,
                current -> {
                  if (!current.equals(Optional.of(seen))) {
                    throw new CommandFailedException(
                        "adapter '%s' was released again meanwhile, and nothing was rolled back; look at: sluice adapter list"
                            .formatted(name));
                  }
                  return seen.back(target, Instant.now(), release.by(), release.reason());
                });
    release.print(
        new Output(spec),
        released,
        "%s@%d is released again, in place of %d".formatted(name, target, seen.version()));
    return 0;
  }

  private long target(Release current) {
    if (current.previous().isEmpty()) {
      throw new CommandFailedException(
          "adapter '%1$s' has nothing to roll back to: no version was released before %2$d; to release another, run: sluice adapter release --adapter %1$s --adapter-version N"
              .formatted(current.adapter(), current.version()));
    }
    if (to == null) {
      return current.previous().get(0);
    }
    if (!current.previous().contains(to)) {
      throw new CommandFailedException(
          "adapter '%1$s' cannot be rolled back to %2$d: released before %3$d were %4$s; to release it anyway, run: sluice adapter release --adapter %1$s --adapter-version %2$d"
              .formatted(current.adapter(), to, current.version(), current.previous()));
    }
    return to;
  }
}
