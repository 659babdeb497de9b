package dev.sluice.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.TensorInfo;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelDirectory.Weight;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Loads a base model's weights in the order that the step program expects. */
final class FrozenWeights {

  private static final List<TargetModule> BIASED =
      List.of(TargetModule.Q_PROJ, TargetModule.K_PROJ, TargetModule.V_PROJ);

  private final ModelDirectory model;
  private final StepProgram program;
  private final WeightDecoder decoder;
  private final PtNDManager manager;
  private final Dtype compute;
  private final Quantization quantization;
  private final NDList weights = new NDList();

  private FrozenWeights(
      ModelDirectory model,
      StepProgram program,
      PtNDManager manager,
      Dtype compute,
      Quantization quantization) {
    this.model = model;
    this.program = program;
    this.decoder = new WeightDecoder(program, WeightDecoder.PIECE_BYTES);
    this.manager = manager;
    this.compute = compute;
    this.quantization = quantization;
  }

  /**
   * @param manager owns the weights
   * @param compute the element type that they are converted to, if they are not quantised
   * @param positions rows of the rotary embedding's tables
   */
  static NDList load(
      ModelDirectory model,
      StepProgram program,
      PtNDManager manager,
      Dtype compute,
      Quantization quantization,
      int positions) {
    try {
      return new FrozenWeights(model, program, manager, compute, quantization).load(positions);
    } catch (IOException e) {
      throw new UnsupportedModelException("the weights of " + model.name() + " cannot be read", e);
    }
  }

  private NDList load(int positions) throws IOException {
    ModelConfig config = model.config();
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      add(prefix + "input_layernorm.weight", config.hidden());
      add(prefix + "post_attention_layernorm.weight", config.hidden());
      for (TargetModule target : TargetModule.values()) {
        var shape = config.shape(target);
        addProjection(prefix + target.path() + ".weight", shape.out(), shape.in());
      }
      if (config.biased()) {
        for (TargetModule target : BIASED) {
          add(prefix + target.path() + ".bias", config.shape(target).out());
        }
      }
      if (config.qkNorm()) {
        add(prefix + "self_attn.q_norm.weight", config.headDim());
        add(prefix + "self_attn.k_norm.weight", config.headDim());
      }
    }
    add("model.embed_tokens.weight", config.vocabulary(), config.hidden());
    add("model.norm.weight", config.hidden());
    if (config.tied()) {
      weights.add(weights.get(weights.size() - 2));
    } else {
      add("lm_head.weight", config.vocabulary(), config.hidden());
    }
    addRotaryTables(positions);
    if (quantization == Quantization.NF4) {
      addTable(Quantization.pairs(), new Shape(256, 2));
    }
    return weights;
  }

  private void add(String name, long... shape) throws IOException {
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      keep(decode(name, compute, scratch, shape));
    }
  }

  private void addProjection(String name, long... shape) throws IOException {
    if (quantization == Quantization.NONE) {
      add(name, shape);
      return;
    }
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      program.quantize(decode(name, Dtype.F32, scratch, shape), compute).forEach(this::keep);
    }
  }

  private void keep(NDArray weight) {
    weight.attach(manager);
    weights.add(weight);
  }

  private NDArray decode(String name, Dtype to, PtNDManager scratch, long... shape)
      throws IOException {
    Weight weight = model.weight(name);
    TensorInfo info = weight.info();
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!info.shape().equals(expected)) {
      throw new UnsupportedModelException(
          "weight '%s' of %s has shape %s but config.json says %s"
              .formatted(name, model.name(), info.shape(), expected));
    }
    return decoder.decode(weight, to, scratch);
  }

  /** cos and sin of position · frequency, {@code [positions, headDim / 2]}. */
  private void addRotaryTables(int positions) {
    float[] frequencies = model.config().rotary().frequencies(model.config().headDim());
    int half = frequencies.length;
    float[] cos = new float[positions * half];
    float[] sin = new float[positions * half];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < half; i++) {
        float angle = position * frequencies[i];
        cos[position * half + i] = (float) Math.cos(angle);
        sin[position * half + i] = (float) Math.sin(angle);
      }
    }
    addTable(cos, new Shape(positions, half));
    addTable(sin, new Shape(positions, half));
  }

  private void addTable(float[] values, Shape shape) {
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      keep(program.cast(scratch.create(values, shape), compute));
    }
  }
}
