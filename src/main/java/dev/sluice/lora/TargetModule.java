package dev.sluice.lora;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The linear projections of a decoder layer that can carry an adapter, under PEFT's names. */
public enum TargetModule {
  Q_PROJ("self_attn"),
  K_PROJ("self_attn"),
  V_PROJ("self_attn"),
  O_PROJ("self_attn"),
  GATE_PROJ("mlp"),
  UP_PROJ("mlp"),
  DOWN_PROJ("mlp");

  private final String block;

  TargetModule(String block) {
    this.block = block;
  }

  /** The name in configurations, for example {@code q_proj}. */
  public String peftName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The path inside a decoder layer, for example {@code self_attn.q_proj}. */
  public String path() {
    return block + "." + peftName();
  }

  /**
   * @throws IllegalArgumentException if no projection has this name
   */
  public static TargetModule of(String peftName) {
    return Arrays.stream(values())
        .filter(m -> m.peftName().equals(peftName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown target module '%s'; known are %s"
                        .formatted(
                            peftName,
                            Arrays.stream(values())
                                .map(TargetModule::peftName)
                                .collect(Collectors.joining(", ")))));
  }
}
