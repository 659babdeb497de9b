package dev.sluice.model;

import dev.sluice.checkpoint.SafetensorsFile;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A base model with an adapter merged into its projections: W′ = W₀ + γ·B·A in fp32, rounded once.
 * It has the files and the shards of the base model, and needs no adapter to be served.
 */
public final class MergedModel {

  private final ModelDirectory base;
  private final AdapterState adapter;
  private final Optional<Dtype> dtype;

  /**
   * @param dtype of all weights; empty for each one's own
   * @throws UnsupportedModelException if the base model lacks a projection, or it has another shape
   */
  public MergedModel(ModelDirectory base, AdapterState adapter, Optional<Dtype> dtype)
      throws IOException {
    this.base = base;
    this.adapter = adapter;
    this.dtype = dtype;
    for (LoraModule module : adapter.modules()) {
      String name = MergedWeights.weightOf(module);
      List<Long> shape = List.of((long) module.b().rows(), (long) module.a().columns());
      if (!base.weight(name).info().shape().equals(shape)) {
        throw new UnsupportedModelException(
            "weight '%s' of %s has shape %s, but the adapter is for %s"
                .formatted(name, base.name(), base.weight(name).info().shape(), shape));
      }
    }
  }

  /** Of all weights. */
  public long bytes() {
    return base.weightFiles().values().stream()
        .flatMap(file -> file.tensors().values().stream())
        .mapToLong(info -> info.elements() * MergedWeights.dtype(info, dtype).bytes())
        .sum();
  }

  /**
   * Writes the model.
   *
   * @param directory exists and is empty
   * @param written is told after every piece how many bytes of the weights there are
   */
  public void write(Path directory, LongConsumer written) throws IOException {
    for (Path file : SideFiles.of(base.path())) {
      Files.copy(file, directory.resolve(file.getFileName()));
    }
    if (dtype.isPresent()) {
      SideFiles.setDtype(directory.resolve(ModelDirectory.CONFIG), dtype.get());
    }
    if (Files.exists(base.file(ModelDirectory.INDEX))) {
      SideFiles.writeIndex(
          base.file(ModelDirectory.INDEX), directory.resolve(ModelDirectory.INDEX), bytes());
    }
    try (MergedWeights weights = MergedWeights.open(base.config(), adapter, dtype, written)) {
      for (Map.Entry<String, SafetensorsFile> file : base.weightFiles().entrySet()) {
        weights.write(file.getValue(), directory.resolve(file.getKey()));
      }
    }
  }
}
