package dev.sluice.app.config;

import static java.util.stream.Collectors.toCollection;

import dev.sluice.lora.LoraConfig;
import dev.sluice.lora.LoraScaling;
import dev.sluice.lora.TargetModule;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The shape of the adapter: {@link LoraConfig}. */
final class LoraKeys {

  private static final String RANK = "lora.rank";
  private static final String ALPHA = "lora.alpha";
  private static final String SCALING = "lora.scaling";
  private static final String TARGET_MODULES = "lora.target.modules";
  private static final String DROPOUT = "lora.dropout";

  private LoraKeys() {}

  static void declare(ConfigDef all) {
    List<String> modules =
        Arrays.stream(TargetModule.values()).map(TargetModule::peftName).toList();
    new KeyGroup(all, "LoRA")
        .integer(
            RANK,
            16,
            NumberBounds.between(1, LoraConfig.MAX_RANK),
            Importance.HIGH,
            "",
            "The rank r of the adapter's matrices: its capacity.")
        .real(
            ALPHA,
            16,
            NumberBounds.above(0),
            Importance.HIGH,
            "",
            "The numerator of the adapter's scaling.")
        .text(
            SCALING,
            "rslora",
            Requirement.oneOf("rslora", "classic"),
            Importance.HIGH,
            "rslora scales by alpha / sqrt(rank), which keeps learning stable at any rank; classic"
                + " by alpha / rank, with which learning slows down as the rank grows.")
        .list(
            TARGET_MODULES,
            modules,
            Subset.of(modules),
            Importance.MEDIUM,
            "The projections that carry an adapter, under PEFT's names.")
        .real(
            DROPOUT,
            0,
            new NoDropout(),
            Importance.LOW,
            "",
            "Not supported: a stream is passed over once.");
  }

  static LoraConfig from(Values values) {
    return new LoraConfig(
        values.integer(RANK),
        values.real(ALPHA),
        LoraScaling.valueOf(values.text(SCALING).toUpperCase(Locale.ROOT)),
        values.list(TARGET_MODULES).stream()
            .map(TargetModule::of)
            .collect(toCollection(() -> EnumSet.noneOf(TargetModule.class))));
  }
}
