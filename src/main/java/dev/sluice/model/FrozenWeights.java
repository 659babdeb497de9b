package dev.sluice.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import dev.sluice.checkpoint.TensorInfo;
import dev.sluice.lora.TargetModule;
import dev.sluice.model.ModelDirectory.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Loads a base model's weights in the order that the step program expects. */
final class FrozenWeights {

  private final ModelDirectory model;
  private final StepProgram program;
  private final PtNDManager manager;
  private final NDList weights = new NDList();

  private FrozenWeights(ModelDirectory model, StepProgram program, PtNDManager manager) {
    this.model = model;
    this.program = program;
    this.manager = manager;
  }

  /**
   * @param manager owns the weights
   * @param positions rows of the rotary embedding's tables
   */
  static NDList load(
      ModelDirectory model, StepProgram program, PtNDManager manager, int positions) {
    try {
      return new FrozenWeights(model, program, manager).load(positions);
    } catch (IOException e) {
      throw new UnsupportedModelException("the weights of " + model.name() + " cannot be read", e);
    }
  }

  private NDList load(int positions) throws IOException {
    ModelConfig config = model.config();
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      add(prefix + "input_layernorm.weight", config.hidden());
      for (TargetModule target : TargetModule.values()) {
        if (target == TargetModule.GATE_PROJ) {
          add(prefix + "post_attention_layernorm.weight", config.hidden());
        }
        var shape = config.shape(target);
        add(prefix + target.path() + ".weight", shape.out(), shape.in());
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
    return weights;
  }

  private void add(String name, long... shape) throws IOException {
    Weight weight = model.weight(name);
    TensorInfo info = weight.info();
    List<Long> expected = java.util.Arrays.stream(shape).boxed().toList();
    if (!info.shape().equals(expected)) {
      throw new UnsupportedModelException(
          "weight '%s' of %s has shape %s but config.json says %s"
              .formatted(name, model.name(), info.shape(), expected));
    }
    ByteBuffer bytes = weight.map();
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      NDArray raw = scratch.create(bytes, new Shape(bytes.remaining()), DataType.UINT8);
      NDArray decoded = program.decode(raw, info.dtype()).reshape(new Shape(shape));
      decoded.attach(manager);
      weights.add(decoded);
    }
  }

  /** cos and sin of position · θ^(−2i/d), {@code [positions, headDim / 2]} (arXiv:2104.09864). */
  private void addRotaryTables(int positions) {
    int half = model.config().headDim() / 2;
    float[] cos = new float[positions * half];
    float[] sin = new float[positions * half];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(model.config().ropeTheta(), -(double) i / half);
        cos[position * half + i] = (float) Math.cos(angle);
        sin[position * half + i] = (float) Math.sin(angle);
      }
    }
    weights.add(manager.create(cos, new Shape(positions, half)));
    weights.add(manager.create(sin, new Shape(positions, half)));
  }
}
