package dev.sluice.lora;

import java.util.List;

/**
 * The weights of an adapter, on the heap in fp32.
 *
 * @param modules by layer, then in the order of {@link TargetModule}
 */
public record AdapterState(LoraConfig config, List<LoraModule> modules) {

  public AdapterState {
    modules = List.copyOf(modules);
  }

  /** An adapter of the same shape that changes nothing. */
  public AdapterState zerosLike() {
    return new AdapterState(config, modules.stream().map(LoraModule::zerosLike).toList());
  }

  /** The number of trainable parameters. */
  public long parameters() {
    return modules.stream().mapToLong(m -> m.a().values().length + m.b().values().length).sum();
  }
}
