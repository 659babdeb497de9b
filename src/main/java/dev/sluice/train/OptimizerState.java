package dev.sluice.train;

import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraModule;
import java.util.List;

/**
 * AdamW's memory, on the heap in fp32.
 *
 * @param updates how often the parameters were updated (skipped steps do not count)
 * @param firstMoments running mean of gradients, shaped like the adapter's modules
 * @param secondMoments running mean of squared gradients
 */
public record OptimizerState(
    long updates, List<LoraModule> firstMoments, List<LoraModule> secondMoments) {

  public OptimizerState {
    firstMoments = List.copyOf(firstMoments);
    secondMoments = List.copyOf(secondMoments);
  }

  /** Before the first update. */
  public static OptimizerState zeros(AdapterState adapter) {
    List<LoraModule> zeros = adapter.modules().stream().map(LoraModule::zerosLike).toList();
    return new OptimizerState(0, zeros, zeros);
  }
}
