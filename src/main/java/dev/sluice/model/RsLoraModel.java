package dev.sluice.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.data.MicroBatch;
import dev.sluice.data.TokenizedExample;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.Matrix;
import dev.sluice.train.ExampleScore;
import dev.sluice.train.GradientNorms;
import dev.sluice.train.GradientNorms.ModuleNorm;
import dev.sluice.train.OptimizerState;
import dev.sluice.train.StepComputation;
import dev.sluice.train.TrainableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * A Llama-family model with an rsLoRA adapter and AdamW, all in native memory. A step moves token
 * ids in and a few hundred numbers out.
 *
 * <p>One thread at a time.
 */
public final class RsLoraModel implements TrainableModel {

  private final PtNDManager manager;
  private final StepProgram program;
  private final NDList frozen;
  private final LoraConfig lora;
  private final List<LoraModule> shapes;

  private NDList adapter = new NDList();
  private NDList mean = new NDList();
  private NDList square = new NDList();
  private NDArray updates;

  private RsLoraModel(
      PtNDManager manager,
      StepProgram program,
      NDList frozen,
      AdapterState adapter,
      OptimizerState optimizer) {
    this.manager = manager;
    this.program = program;
    this.frozen = frozen;
    this.lora = adapter.config();
    this.shapes = adapter.modules();
    this.updates = manager.create(0f);
    restore(adapter, optimizer);
  }

  /**
   * What a model is loaded with.
   *
   * @param maxPositions the longest example, in tokens
   * @param threads threads of libtorch's operators; they are part of what makes bytes repeatable
   * @param device {@code auto}, {@code cpu} or {@code cuda:} and a number
   */
  public record Options(
      double weightDecay,
      double gradientClip,
      int maxPositions,
      int threads,
      String device,
      Precision precision,
      Quantization quantization,
      boolean recompute) {

    /** On the CPU, in full precision, activations kept. */
    public Options(double weightDecay, double gradientClip, int maxPositions, int threads) {
      this(
          weightDecay,
          gradientClip,
          maxPositions,
          threads,
          "cpu",
          Precision.FP32,
          Quantization.NONE,
          false);
    }
  }

  /** What the base model computes in; the adapter's masters and moments are always fp32. */
  public enum Precision {
    FP32(Dtype.F32),
    BF16(Dtype.BF16);

    private final Dtype compute;

    Precision(Dtype compute) {
      this.compute = compute;
    }
  }

  /**
   * Loads the base model into memory.
   *
   * @throws UnsupportedModelException if its weights do not fit its configuration
   */
  public static RsLoraModel load(ModelDirectory model, AdapterState adapter, Options options) {
    Engine engine = Libtorch.engine();
    PtNDManager manager =
        (PtNDManager) engine.newBaseManager(ComputeDevice.of(options.device(), engine));
    try {
      JniUtils.setNumThreads(options.threads());
      StepProgram program =
          StepProgram.load(
              manager,
              model.config(),
              adapter.config(),
              new StepProgram.Optimizer(
                  options.weightDecay(),
                  options.gradientClip(),
                  options.recompute(),
                  options.quantization()));
      NDList frozen =
          FrozenWeights.load(
              model,
              program,
              manager,
              options.precision().compute,
              options.quantization(),
              options.maxPositions());
      // The weights' files stay mapped, and count as this process's memory, until a collection.
      System.gc();
      return new RsLoraModel(manager, program, frozen, adapter, OptimizerState.zeros(adapter));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Whether a model that is loaded with this device computes on a GPU.
   *
   * @throws UnsupportedModelException if there is no such device
   */
  public static boolean isOnGpu(String device) {
    return ComputeDevice.of(device, Libtorch.engine()).isGpu();
  }

  /** Version of the library that computes, for example {@code 2.7.1}. */
  public static String libtorch() {
    return Libtorch.engine().getVersion();
  }

  /** Which build of that library it is, for example {@code cpu} or {@code cu128}. */
  public static String libtorchFlavor() {
    return Libtorch.flavor();
  }

  /**
   * Floating-point operations a second that this machine reaches in one large matrix product, with
   * this model's threads; takes about a second.
   */
  public double gemmFlopsPerSecond(Precision precision, LongSupplier nanoTime) {
    return GemmRate.measure(program, manager, precision.compute, nanoTime);
  }

  /** Where this model computes: {@code cpu}, or {@code cuda:} and a number. */
  public String device() {
    return ComputeDevice.name(manager.getDevice());
  }

  /** Bytes in use on its GPU; empty on a CPU. */
  public OptionalLong gpuUsedBytes() {
    return ComputeDevice.usedBytes(manager.getDevice());
  }

  @Override
  public StepComputation step(MicroBatch batch, double learningRate) {
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      PackedRows rows = PackedRows.of(batch);
      List<NDArray> inputs =
          List.of(
              scratch.create(rows.batch()),
              scalars(learningRate, rows.weights(), scratch),
              updates);
      float[] result =
          program
              .call("forward", inputs, List.of(frozen, adapter, mean, square))
              .singletonOrThrow()
              .toFloatArray();
      return read(result, batch);
    }
  }

  /** The gradient of every A and B, without an update: {@code a} and {@code b} of each module. */
  List<LoraModule> gradients(MicroBatch batch) {
    return gradients(PackedRows.of(batch));
  }

  List<LoraModule> gradients(PackedRows rows) {
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      List<NDArray> inputs =
          List.of(scratch.create(rows.batch()), scalars(0, rows.weights(), scratch));
      NDList result = program.call("gradients", inputs, List.of(frozen, adapter));
      return modules(new NDList(result.subList(1, result.size())));
    }
  }

  /** Logits in the rows that predict a target token {@code [targets, vocabulary]}. */
  float[] logits(MicroBatch batch) {
    return logits(PackedRows.of(batch));
  }

  /**
   * The most likely token after these.
   *
   * @param ids at least one, and no more than the positions that the model was loaded with
   */
  public int next(int[] ids) {
    float[] logits = logits(PackedRows.ending(ids));
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      best = logits[id] > logits[best] ? id : best;
    }
    return best;
  }

  private float[] logits(PackedRows rows) {
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      return program
          .call("logits", List.of(scratch.create(rows.batch())), List.of(frozen, adapter))
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  /**
   * Writes this model's next step for any libtorch, with what it returns; the model stays as it is.
   *
   * @param directory exists and is empty
   */
  public void export(MicroBatch batch, double learningRate, Path directory) throws IOException {
    AdapterState before = adapter();
    OptimizerState optimizer = optimizer();
    try (PtNDManager scratch = (PtNDManager) manager.newSubManager()) {
      PackedRows rows = PackedRows.of(batch);
      List<NDArray> inputs =
          List.of(
              scratch.create(rows.batch()),
              scalars(learningRate, rows.weights(), scratch),
              updates.duplicate());
      StepExport export =
          new StepExport()
              .add("batch", inputs.get(0))
              .add("scalars", inputs.get(1))
              .add("updates", inputs.get(2))
              .add("frozen", frozen)
              .add("adapter", tensors(before.modules(), scratch))
              .add("mean", tensors(optimizer.firstMoments(), scratch))
              .add("square", tensors(optimizer.secondMoments(), scratch));
      export
          .add(
              "result",
              program
                  .call(
                      "forward",
                      List.of(inputs.get(0), inputs.get(1), updates),
                      List.of(frozen, adapter, mean, square))
                  .singletonOrThrow())
          .write(directory, program, scratch);
    } finally {
      restore(before, optimizer);
    }
  }

  @Override
  public AdapterState adapter() {
    return new AdapterState(lora, modules(adapter));
  }

  @Override
  public OptimizerState optimizer() {
    return new OptimizerState((long) updates.getFloat(), modules(mean), modules(square));
  }

  @Override
  public void restore(AdapterState state, OptimizerState optimizer) {
    if (!state.config().equals(lora)) {
      throw new IllegalArgumentException(
          "the adapter to restore is %s but the model was loaded for %s"
              .formatted(state.config(), lora));
    }
    adapter = replace(adapter, state.modules());
    mean = replace(mean, optimizer.firstMoments());
    square = replace(square, optimizer.secondMoments());
    updates.close();
    updates = manager.create((float) optimizer.updates());
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }

  private static NDArray scalars(double learningRate, float[] weights, PtNDManager scratch) {
    float[] scalars = new float[1 + weights.length];
    scalars[0] = (float) learningRate;
    System.arraycopy(weights, 0, scalars, 1, weights.length);
    return scratch.create(scalars);
  }

  /** The layout is the one that {@code forward} of the program returns. */
  private StepComputation read(float[] result, MicroBatch batch) {
    int at = 3;
    List<ModuleNorm> norms = new ArrayList<>();
    for (LoraModule module : shapes) {
      norms.add(new ModuleNorm(module.layer(), module.target(), result[at], result[at + 1]));
      at += 2;
    }
    List<ExampleScore> scores = new ArrayList<>();
    for (TokenizedExample example : batch.examples()) {
      boolean correct = true;
      for (int i = 0; i < example.tokens().targetTokens(); i++, at++) {
        correct &= result[at] > 0;
      }
      scores.add(new ExampleScore(example.example().task(), correct, example.tokens().labelHash()));
    }
    boolean finite = result[2] == 0;
    return new StepComputation(result[0], finite, new GradientNorms(result[1], norms), scores);
  }

  private List<LoraModule> modules(NDList tensors) {
    List<LoraModule> modules = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      LoraModule shape = shapes.get(i);
      modules.add(
          new LoraModule(
              shape.layer(),
              shape.target(),
              matrix(shape.a(), tensors.get(2 * i)),
              matrix(shape.b(), tensors.get(2 * i + 1))));
    }
    return modules;
  }

  private static Matrix matrix(Matrix shape, NDArray tensor) {
    return new Matrix(shape.rows(), shape.columns(), tensor.toFloatArray());
  }

  private NDList replace(NDList old, List<LoraModule> modules) {
    old.close();
    return tensors(modules, manager);
  }

  private static NDList tensors(List<LoraModule> modules, PtNDManager owner) {
    NDList tensors = new NDList();
    for (LoraModule module : modules) {
      tensors.add(tensor(module.a(), owner));
      tensors.add(tensor(module.b(), owner));
    }
    return tensors;
  }

  private static NDArray tensor(Matrix matrix, PtNDManager owner) {
    return owner.create(matrix.values(), new Shape(matrix.rows(), matrix.columns()));
  }
}
