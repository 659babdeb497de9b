package dev.sluice.app.config;

import dev.sluice.model.HuggingFaceTokens.Bos;
import dev.sluice.model.HuggingFaceTokens.Overflow;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How text becomes tokens.
 *
 * @param maxLength tokens of an example; 0 for the model's context
 */
public record TokenSettings(int maxLength, Bos bos, Overflow overflow) {

  private static final String MAX_LENGTH = "tokens.max.length";
  private static final String BOS = "tokens.bos";
  private static final String OVERFLOW = "tokens.overflow";

  static void declare(ConfigDef all) {
    new KeyGroup(all, "Tokens")
        .integer(
            MAX_LENGTH,
            0,
            NumberBounds.atLeast(0),
            Importance.MEDIUM,
            "tokens",
            "The longest example, prompt and completion together; 0 for the model's context.")
        .text(
            BOS,
            "auto",
            Requirement.oneOf("auto", "never"),
            Importance.LOW,
            "Whether an example starts with the beginning-of-sequence token: auto does as the"
                + " model's tokenizer says.")
        .text(
            OVERFLOW,
            "reject",
            Requirement.oneOf("reject", "cut"),
            Importance.MEDIUM,
            "What becomes of an example that is too long: reject puts it among the rejected ones;"
                + " cut takes out the middle of its prompt, never a part of its completion.");
  }

  static TokenSettings from(Values values) {
    return new TokenSettings(
        values.integer(MAX_LENGTH),
        Bos.valueOf(values.text(BOS).toUpperCase(Locale.ROOT)),
        Overflow.valueOf(values.text(OVERFLOW).toUpperCase(Locale.ROOT)));
  }
}
