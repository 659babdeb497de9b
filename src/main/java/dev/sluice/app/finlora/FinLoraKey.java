package dev.sluice.app.finlora;

/**
 * What became of one key of a FinLoRA configuration.
 *
 * @param value as it stands in the file; empty if it is not there or not known
 * @param setting the key of Sluice's configuration that it sets; empty if none
 * @param says the setting with its value, or the reason for ignoring the key
 */
public record FinLoraKey(String key, String value, Outcome outcome, String setting, String says) {

  /** Whether the key has an effect. */
  public enum Outcome {
    /** It has its effect. */
    HONOURED,
    /** It is not in the file, and what FinLoRA's own script would take has its effect. */
    DEFAULT,
    /** It set something that {@code --config} or the command line sets otherwise. */
    OVERRIDDEN,
    /** It is known and has no effect here. */
    IGNORED,
    /** No key of FinLoRA's that Sluice knows. */
    UNKNOWN
  }

  FinLoraKey overriddenBy(String effective) {
    return new FinLoraKey(
        key,
        value,
        Outcome.OVERRIDDEN,
        setting,
        "%s=%s is set by --config or the command line".formatted(setting, effective));
  }
}
