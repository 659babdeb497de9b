package dev.sluice.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.lora.AdapterState;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraModule;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.Matrix;
import dev.sluice.lora.TargetModule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An adapter as PEFT stores it: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 */
public final class PeftFiles {

  public static final String CONFIG = "adapter_config.json";
  public static final String WEIGHTS = "adapter_model.safetensors";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String PREFIX = "base_model.model.";

  private PeftFiles() {}

  /**
   * The two files of an adapter.
   *
   * @param baseModel goes into {@code base_model_name_or_path}
   */
  public static List<CheckpointFile> write(AdapterState adapter, String baseModel) {
    Map<String, Matrix> tensors = new TreeMap<>();
    for (LoraModule module : adapter.modules()) {
      tensors.put(tensorName(module.path(), "lora_A"), module.a());
      tensors.put(tensorName(module.path(), "lora_B"), module.b());
    }
    return List.of(
        new CheckpointFile(CONFIG, config(adapter.config(), baseModel)),
        new CheckpointFile(WEIGHTS, new Safetensors(tensors, Map.of("format", "pt")).toBytes()));
  }

  /**
   * Reads an {@code adapter_config.json}, of PEFT's or of ours.
   *
   * @throws SafetensorsException naming the key, if the adapter is of a kind that Sluice does not
   *     train
   */
  public static LoraConfig readConfig(byte[] config) {
    return new PeftConfigReader(config).read();
  }

  /**
   * Reads the weights that {@link #write} wrote.
   *
   * @param config the shape that the weights must have
   * @throws SafetensorsException if a module is missing or has another shape
   */
  public static AdapterState readWeights(byte[] weights, LoraConfig config, int layers) {
    Map<String, Matrix> tensors = Safetensors.parse(weights, WEIGHTS).tensors();
    List<LoraModule> modules = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (TargetModule target : config.targets()) {
        String path = "model.layers." + layer + "." + target.path();
        Matrix a = require(tensors, tensorName(path, "lora_A"));
        Matrix b = require(tensors, tensorName(path, "lora_B"));
        requireRank(a.rows(), config, path);
        requireRank(b.columns(), config, path);
        modules.add(new LoraModule(layer, target, a, b));
      }
    }
    if (tensors.size() != 2 * modules.size()) {
      throw new SafetensorsException(
          "%s has %d tensors, but %d layers with %s need %d"
              .formatted(WEIGHTS, tensors.size(), layers, config.targets(), 2 * modules.size()));
    }
    return new AdapterState(config, modules);
  }

  private static Matrix require(Map<String, Matrix> tensors, String name) {
    Matrix matrix = tensors.get(name);
    if (matrix == null) {
      throw new SafetensorsException(WEIGHTS + ": no tensor '" + name + "'");
    }
    return matrix;
  }

  private static void requireRank(int rank, LoraConfig config, String path) {
    if (rank != config.rank()) {
      throw new SafetensorsException(
          "%s: %s has rank %d but lora.rank is %d".formatted(WEIGHTS, path, rank, config.rank()));
    }
  }

  private static String tensorName(String path, String part) {
    return PREFIX + path + "." + part + ".weight";
  }

  private static byte[] config(LoraConfig lora, String baseModel) {
    ObjectNode node = JSON.createObjectNode();
    node.putObject("alpha_pattern");
    node.put("base_model_name_or_path", baseModel);
    node.put("bias", "none");
    node.put("fan_in_fan_out", false);
    node.put("inference_mode", true);
    node.put("init_lora_weights", true);
    node.putNull("layers_pattern");
    node.putNull("layers_to_transform");
    if (lora.alpha() == Math.rint(lora.alpha())) {
      node.put("lora_alpha", (long) lora.alpha()); // PEFT's type is int
    } else {
      node.put("lora_alpha", lora.alpha());
    }
    node.put("lora_dropout", 0.0);
    node.putNull("modules_to_save");
    node.put("peft_type", "LORA");
    node.put("r", lora.rank());
    node.putObject("rank_pattern");
    node.putNull("revision");
    var targets = node.putArray("target_modules");
    lora.targets().stream().map(TargetModule::peftName).sorted().forEach(targets::add);
    node.put("task_type", "CAUSAL_LM");
    node.put("use_dora", false);
    node.put("use_rslora", lora.scaling() == LoraScaling.RSLORA);
    try {
      String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node);
      return (json.replace("\r\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values always serializes", e);
    }
  }
}
