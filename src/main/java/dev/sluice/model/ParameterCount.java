package dev.sluice.model;

import dev.sluice.lora.AdapterInitializer.LinearShape;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;

/**
 * How many numbers a model and its adapter consist of.
 *
 * @param projections weights of the seven projections of all layers
 * @param projectionRows outputs of these projections, all together: an int8 weight has a scale each
 * @param embedding also the head's, if the two are tied
 * @param head 0 if tied
 * @param vectors norms and biases
 * @param trainable A and B of the adapter, which are not the model's
 */
public record ParameterCount(
    long projections,
    long projectionRows,
    long embedding,
    long head,
    long vectors,
    long trainable) {

  public static ParameterCount of(ModelConfig model, LoraConfig lora) {
    long weights = 0;
    long rows = 0;
    long trainable = 0;
    for (TargetModule target : TargetModule.values()) {
      LinearShape shape = model.shape(target);
      weights += (long) shape.in() * shape.out();
      rows += shape.out();
      trainable +=
          lora.targets().contains(target) ? (long) lora.rank() * (shape.in() + shape.out()) : 0;
    }
    long table = (long) model.vocabulary() * model.hidden();
    return new ParameterCount(
        model.layers() * weights,
        model.layers() * rows,
        table,
        model.tied() ? 0 : table,
        model.layers() * vectorsOfALayer(model) + model.hidden(),
        model.layers() * trainable);
  }

  private static long vectorsOfALayer(ModelConfig model) {
    long biases =
        (long) model.shape(TargetModule.Q_PROJ).out()
            + model.shape(TargetModule.K_PROJ).out()
            + model.shape(TargetModule.V_PROJ).out();
    return 2L * model.hidden()
        + (model.biased() ? biases : 0)
        + (model.qkNorm() ? 2L * model.headDim() : 0);
  }

  /** The base model's parameters, as its model card counts them. */
  public long base() {
    return projections + embedding + head + vectors;
  }
}
