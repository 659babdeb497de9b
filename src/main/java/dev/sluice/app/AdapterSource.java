package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.kafka.Brokers;
import dev.sluice.kafka.CheckpointStore;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.model.ModelDirectory;
import dev.sluice.serde.ManifestJson;
import dev.sluice.serde.ManifestSeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which adapter, and how it is read: a {@code @Mixin}. */
final class AdapterSource {

  private static final class Published {
    @Option(
        names = "--adapter",
        paramLabel = "NAME",
        description = "An adapter on the topics; adapter.name by default.")
    private @Nullable String adapter;

    @Option(
        names = "--adapter-version",
        paramLabel = "N",
        description = "Its version; the newest by default.")
    private @Nullable Long version;
  }

  private static final class Source {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "An adapter in a directory, as 'adapter pull' or PEFT writes it.")
    private @Nullable Path directory;

    @ArgGroup(exclusive = false)
    private @Nullable Published published;
  }

  @ArgGroup private @Nullable Source source;

  /** Whether an adapter was named at all. */
  boolean isNamed() {
    return source != null;
  }

  /**
   * Reads the adapter: from its directory, or from the topics into memory.
   *
   * @throws CommandFailedException if there is none, or it is for another base model
   */
  AdapterState read(SluiceConfig config, ModelDirectory base) throws IOException {
    return source != null && source.directory != null
        ? ofDirectory(source.directory, base)
        : published(config, base, source == null ? null : source.published);
  }

  private static AdapterState ofDirectory(Path directory, ModelDirectory base) throws IOException {
    for (String file : new String[] {PeftFiles.CONFIG, PeftFiles.WEIGHTS}) {
      if (!Files.exists(directory.resolve(file))) {
        throw new CommandFailedException(
            "--dir is %s, which has no %s; name what 'sluice adapter pull' wrote"
                .formatted(directory, file));
      }
    }
    Path manifest = directory.resolve(AdapterPull.MANIFEST);
    if (Files.exists(manifest)) {
      requireSameModel(ManifestJson.read(Files.readAllBytes(manifest)), base);
    }
    return read(
        "--dir is " + directory,
        Files.readAllBytes(directory.resolve(PeftFiles.CONFIG)),
        Files.readAllBytes(directory.resolve(PeftFiles.WEIGHTS)),
        base);
  }

  private static AdapterState published(
      SluiceConfig config, ModelDirectory base, @Nullable Published published) throws IOException {
    Brokers.requireReachable(config.kafkaClient());
    CheckpointStore store = new CheckpointStore(config.kafkaClient(), config.topics());
    AdapterVersions versions =
        AdapterVersions.read(config, published == null ? null : published.adapter);
    Manifest manifest =
        published == null || published.version == null
            ? versions.newest()
            : versions.version(published.version);
    ManifestSeal.check(manifest, store.parentOf(manifest), config.signatures().trustedKeys());
    requireSameModel(manifest, base);
    return read(
        "the adapter is " + manifest.id(),
        store.fetch(manifest, PeftFiles.CONFIG).content(),
        store.fetch(manifest, PeftFiles.WEIGHTS).content(),
        base);
  }

  private static AdapterState read(
      String what, byte[] config, byte[] weights, ModelDirectory base) {
    LoraConfig lora = PeftFiles.readConfig(config);
    AdapterState adapter = PeftFiles.readWeights(weights, lora, base.config().layers());
    AdapterStart.requireFit(what, adapter, base.config());
    return adapter;
  }

  private static void requireSameModel(Manifest manifest, ModelDirectory base) throws IOException {
    Manifest.BaseModel trainedOn = manifest.baseModel();
    String sha256 = base.sha256();
    if (!trainedOn.sha256().equals(sha256)) {
      throw new CommandFailedException(
          "adapter %s was trained on base model %s (SHA-256 %s) but model.dir holds %s (SHA-256 %s); name the former with --model"
              .formatted(manifest.id(), trainedOn.name(), trainedOn.sha256(), base.name(), sha256));
    }
  }
}
