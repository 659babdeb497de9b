package dev.sluice.app;

import dev.sluice.checkpoint.PeftFiles;
import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the adapter that a new one starts from: {@code adapter.start}. */
final class AdapterStart {

  private AdapterStart() {}

  /**
   * @param directory has {@code adapter_config.json} and {@code adapter_model.safetensors}, of
   *     PEFT's or of ours
   * @param lora the shape that the configuration asks for
   * @throws CommandFailedException if the directory cannot be read or has another shape
   */
  static AdapterState read(Path directory, LoraConfig lora, ModelConfig model) {
    requireSame(directory, PeftFiles.readConfig(bytes(directory, PeftFiles.CONFIG)), lora);
    AdapterState adapter =
        PeftFiles.readWeights(bytes(directory, PeftFiles.WEIGHTS), lora, model.layers());
    requireFit("adapter.start is " + directory, adapter, model);
    return adapter;
  }

  /**
   * @param what how an error begins, for example {@code adapter.start is ./sentiment}
   * @throws CommandFailedException if the adapter is for projections of other shapes
   */
  static void requireFit(String what, AdapterState adapter, ModelConfig model) {
    for (LoraModule module : adapter.modules()) {
      LinearShape shape = model.shape(module.target());
      if (module.a().columns() != shape.in() || module.b().rows() != shape.out()) {
        throw new CommandFailedException(
            "%s, whose %s is for a projection of %d to %d, but that of the base model is %d to %d"
                .formatted(
                    what,
                    module.path(),
                    module.a().columns(),
                    module.b().rows(),
                    shape.in(),
                    shape.out()));
      }
    }
  }

  private static void requireSame(Path directory, LoraConfig start, LoraConfig lora) {
    if (!start.equals(lora)) {
      throw new CommandFailedException(
          "adapter.start is %s, an adapter of %s, but the configuration says %s; set lora.* to the former"
              .formatted(directory, words(start), words(lora)));
    }
  }

  private static String words(LoraConfig lora) {
    List<String> modules = lora.targets().stream().map(TargetModule::peftName).toList();
    return "rank %d, alpha %s, scaling %s, modules %s"
        .formatted(lora.rank(), lora.alpha(), Words.of(lora.scaling()), String.join(",", modules));
  }

  private static byte[] bytes(Path directory, String file) {
    try {
      return Files.readAllBytes(directory.resolve(file));
    } catch (IOException e) {
      throw new CommandFailedException(
          "adapter.start is %s, but its %s cannot be read (%s)"
              .formatted(directory, file, e.getMessage()));
    }
  }
}
