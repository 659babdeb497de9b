package dev.sluice.checkpoint;

import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.Matrix;
import dev.sluice.train.OptimizerState;
import dev.sluice.train.TrainerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The part of a trainer's state that is not the adapter: AdamW's moments and the counts. */
public final class TrainerStateFile {

  public static final String NAME = "trainer_state.safetensors";

  private static final String FIRST = "exp_avg.";
  private static final String SECOND = "exp_avg_sq.";

  private TrainerStateFile() {}

  public static CheckpointFile write(TrainerState state) {
    Map<String, Matrix> tensors = new TreeMap<>();
    put(tensors, FIRST, state.optimizer().firstMoments());
    put(tensors, SECOND, state.optimizer().secondMoments());
    Map<String, String> metadata =
        Map.of(
            "step", Long.toString(state.step()),
            "updates", Long.toString(state.optimizer().updates()));
    return new CheckpointFile(NAME, new Safetensors(tensors, metadata).toBytes());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param adapter the adapter that the moments belong to
   * @throws SafetensorsException if the moments do not fit it
   */
  public static TrainerState read(byte[] content, AdapterState adapter) {
    Safetensors file = Safetensors.parse(content, NAME);
    OptimizerState optimizer =
        new OptimizerState(
            count(file, "updates"),
            moments(file.tensors(), FIRST, adapter),
            moments(file.tensors(), SECOND, adapter));
    int needed = 4 * adapter.modules().size(); // two moments of an A and a B
    if (file.tensors().size() != needed) {
      throw new SafetensorsException(
          "%s has %d tensors, but the adapter needs %d"
              .formatted(NAME, file.tensors().size(), needed));
    }
    return new TrainerState(count(file, "step"), adapter, optimizer);
  }

  private static void put(Map<String, Matrix> tensors, String prefix, List<LoraModule> moments) {
    for (LoraModule module : moments) {
      tensors.put(prefix + module.path() + ".lora_A", module.a());
      tensors.put(prefix + module.path() + ".lora_B", module.b());
    }
  }

  private static List<LoraModule> moments(
      Map<String, Matrix> tensors, String prefix, AdapterState adapter) {
    List<LoraModule> moments = new ArrayList<>();
    for (LoraModule module : adapter.modules()) {
      moments.add(
          new LoraModule(
              module.layer(),
              module.target(),
              shapedLike(module.a(), tensors, prefix + module.path() + ".lora_A"),
              shapedLike(module.b(), tensors, prefix + module.path() + ".lora_B")));
    }
    return moments;
  }

  private static Matrix shapedLike(Matrix weight, Map<String, Matrix> tensors, String name) {
    Matrix moment = tensors.get(name);
    if (moment == null || moment.rows() != weight.rows() || moment.columns() != weight.columns()) {
      throw new SafetensorsException(
          "%s: '%s' is missing or does not have the adapter's shape".formatted(NAME, name));
    }
    return moment;
  }

  private static long count(Safetensors file, String name) {
    String digits = file.metadata().getOrDefault(name, "");
    if (!digits.matches("[0-9]{1,18}")) {
      throw new SafetensorsException(NAME + ": '" + name + "' is not a count");
    }
    return Long.parseLong(digits);
  }
}
