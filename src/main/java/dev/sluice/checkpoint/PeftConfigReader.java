package dev.sluice.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads an {@code adapter_config.json} and refuses by name what Sluice does not train. */
final class PeftConfigReader {

  /** Values that say what plain LoRA is; any other one is another method. */
  private static final Map<String, String> REQUIRED =
      Map.of("peft_type", "LORA", "bias", "none", "fan_in_fan_out", "false");

  /** Keys of variants and extras: absent, null, false or empty unless they are used. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "use_dora",
          "use_qalora",
          "use_bdlora",
          "lora_bias",
          "rank_pattern",
          "alpha_pattern",
          "layers_to_transform",
          "layers_pattern",
          "layer_replication",
          "modules_to_save",
          "trainable_token_indices",
          "target_parameters",
          "exclude_modules",
          "alora_invocation_tokens",
          "arrow_config",
          "kasa_config",
          "monteclora_config",
          "velora_config");

  private final JsonNode node;

  PeftConfigReader(byte[] config) {
    try {
      node = new JsonMapper().readTree(config);
    } catch (IOException e) {
      throw refuse("it is not JSON");
    }
  }

  LoraConfig read() {
    REQUIRED.forEach(
        (key, value) -> {
          if (node.hasNonNull(key) && !node.path(key).asText().equals(value)) {
            throw refuse("%s is %s; supported is %s".formatted(key, node.path(key), value));
          }
        });
    for (String key : UNSUPPORTED) {
      if (isUsed(node.path(key))) {
        throw refuse("%s is %s, which Sluice does not train".formatted(key, node.path(key)));
      }
    }
    if (node.path("lora_dropout").asDouble(0) != 0) {
      throw refuse("lora_dropout is %s; supported is 0".formatted(node.path("lora_dropout")));
    }
    return new LoraConfig(
        node.path("r").asInt(),
        node.path("lora_alpha").asDouble(),
        node.path("use_rslora").asBoolean(false) ? LoraScaling.RSLORA : LoraScaling.CLASSIC,
        targets());
  }

  private Set<TargetModule> targets() {
    if (!node.path("target_modules").isArray()) {
      throw refuse(
          "target_modules is %s; supported is a list of names"
              .formatted(node.path("target_modules")));
    }
    Set<TargetModule> targets = EnumSet.noneOf(TargetModule.class);
    for (JsonNode name : node.path("target_modules")) {
      try {
        targets.add(TargetModule.of(name.asText()));
      } catch (IllegalArgumentException e) {
        throw refuse("target_modules: " + e.getMessage());
      }
    }
    return targets;
  }

  private static boolean isUsed(JsonNode value) {
    return value.isContainerNode()
        ? !value.isEmpty()
        : !value.isMissingNode() && !value.isNull() && !value.asText().equals("false");
  }

  private static SafetensorsException refuse(String what) {
    return new SafetensorsException(PeftFiles.CONFIG + ": " + what);
  }
}
