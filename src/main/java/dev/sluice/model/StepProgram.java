package dev.sluice.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.checkpoint.TensorInfo.Dtype;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.TargetModule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The training step {@code rslora_step.py}, loaded into libtorch.
 *
 * <p>One thread at a time. Gradients are taken inside the program: nothing that its backward pass
 * needs is owned by Java alone.
 */
final class StepProgram implements AutoCloseable {

  private static final String SOURCE = "rslora_step.py";

  private final PtSymbolBlock block;
  private final byte[] archive;

  private StepProgram(PtSymbolBlock block, byte[] archive) {
    this.block = block;
    this.archive = archive;
  }

  /**
   * Constants that are compiled into the program.
   *
   * @param recompute whether each layer's activations are computed again for its backward pass
   */
  record Optimizer(
      double weightDecay, double gradientClip, boolean recompute, Quantization quantization) {}

  static StepProgram load(
      PtNDManager manager, ModelConfig model, LoraConfig lora, Optimizer optimizer) {
    byte[] archive =
        TorchScriptArchive.of(source(), "RsLoraStep", attributes(model, lora, optimizer));
    try {
      return new StepProgram(
          JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false), archive);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /**
   * Calls a method of the program.
   *
   * @param tensors single tensors, in the order of the method's parameters; the first one's manager
   *     owns the result
   * @param lists tensor lists, which follow the single tensors
   */
  NDList call(String method, List<NDArray> tensors, List<NDList> lists) {
    NDList inputs = new NDList(tensors);
    tensors.forEach(tensor -> tensor.setName(null)); // a member of a list in an earlier call
    for (int i = 0; i < lists.size(); i++) {
      for (NDArray tensor : lists.get(i)) {
        tensor.setName("list" + i + "[]"); // DJL gathers equal names with brackets into one list
        inputs.add(tensor);
      }
    }
    NDArray name = tensors.get(0).getManager().create(method);
    name.setName("module_method:" + method);
    inputs.add(name);
    // Both settings are the thread's own; the profiling executor only slows a program down whose
    // shapes change with every call.
    JniUtils.setGraphExecutorOptimize(false);
    try {
      return IValueUtils.forward(block, inputs, true);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /** Raw bytes of a weight as an array of {@code compute}, flat. */
  NDArray decode(NDArray raw, Dtype dtype, Dtype compute) {
    var manager = raw.getManager();
    return call(
            "decode",
            List.of(
                raw,
                manager.create(code(dtype)),
                manager.create((long) dtype.bytes()),
                manager.create(code(compute))),
            List.of())
        .singletonOrThrow();
  }

  /**
   * The parts in which a weight is stored.
   *
   * @param weight {@code [out, in]}, fp32
   */
  NDList quantize(NDArray weight, Dtype compute) {
    var manager = weight.getManager();
    NDArray levels = manager.create(Quantization.levels());
    return call("quantize", List.of(weight, levels, manager.create(code(compute))), List.of());
  }

  /** The array in another element type. */
  NDArray cast(NDArray array, Dtype compute) {
    NDArray code = array.getManager().create(code(compute));
    return call("cast", List.of(array, code), List.of()).singletonOrThrow();
  }

  /**
   * Rows of a weight with the adapter in them: w + γ·b·a, computed in fp32.
   *
   * @param w {@code [rows · in]}, fp32
   * @param a {@code [rank, in]}
   * @param b {@code [rows, rank]}
   */
  NDArray merge(NDArray w, NDArray a, NDArray b, Dtype to) {
    NDArray code = w.getManager().create(code(to));
    return call("merge", List.of(w, a, b, code), List.of()).singletonOrThrow();
  }

  /** The bytes of an array of any element type, little-endian and flat. */
  NDArray bytes(NDArray array, PtNDManager scratch) {
    NDArray one = scratch.create(1L); // its manager owns the result
    return call("bytes", List.of(one, array), List.of()).singletonOrThrow();
  }

  /** What was loaded: TorchScript, for any libtorch. */
  byte[] archive() {
    return archive.clone();
  }

  /** libtorch's numbers of the element types. */
  private static long code(Dtype dtype) {
    return switch (dtype) {
      case F16 -> 5;
      case F32 -> 6;
      case BF16 -> 15;
      case I64, I8, U8 -> throw new UnsupportedModelException("a weight has dtype " + dtype);
    };
  }

  @Override
  public void close() {
    block.close();
  }

  private static Map<String, Object> attributes(
      ModelConfig model, LoraConfig lora, Optimizer optimizer) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("layers", model.layers());
    attributes.put("hidden", model.hidden());
    attributes.put("heads", model.heads());
    attributes.put("key_value_heads", model.keyValueHeads());
    attributes.put("head_dim", model.headDim());
    attributes.put("biased", model.biased() ? 1 : 0);
    attributes.put("qk_norm", model.qkNorm() ? 1 : 0);
    attributes.put("epsilon", model.rmsNormEpsilon());
    attributes.put("gamma", lora.gamma());
    attributes.put("gradient_clip", optimizer.gradientClip());
    attributes.put("weight_decay", optimizer.weightDecay());
    attributes.put("recompute", optimizer.recompute() ? 1 : 0);
    attributes.put("quantization", optimizer.quantization().code());
    attributes.put("parts", optimizer.quantization().parts());
    attributes.put("adapted", lora.targets().size());
    attributes.put("slots", slots(lora));
    attributes.put("shapes", shapes(model));
    return attributes;
  }

  /** For each projection its place among the adapted ones, or −1. */
  private static List<Integer> slots(LoraConfig lora) {
    List<TargetModule> adapted = new ArrayList<>(lora.targets());
    List<Integer> slots = new ArrayList<>();
    for (TargetModule target : TargetModule.values()) {
      slots.add(adapted.indexOf(target));
    }
    return slots;
  }

  /** Rows and columns of each projection. */
  private static List<Integer> shapes(ModelConfig model) {
    List<Integer> shapes = new ArrayList<>();
    for (TargetModule target : TargetModule.values()) {
      shapes.add(model.shape(target).out());
      shapes.add(model.shape(target).in());
    }
    return shapes;
  }

  private static String source() {
    try (InputStream in = StepProgram.class.getResourceAsStream(SOURCE)) {
      return new String(Objects.requireNonNull(in, SOURCE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the resource " + SOURCE, e);
    }
  }
}
