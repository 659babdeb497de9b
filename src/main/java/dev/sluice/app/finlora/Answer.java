package dev.sluice.app.finlora;

import dev.sluice.app.finlora.FinLoraKey.Outcome;

/**
 * What a key means to Sluice.
 *
 * @param setting the key that it sets; empty if none
 * @param value what it sets it to; empty if none
 * @param words about it; empty if setting and value say it all
 */
record Answer(Outcome outcome, String setting, String value, String words) {

  static Answer sets(String setting, String value) {
    return new Answer(Outcome.HONOURED, setting, value, "");
  }

  static Answer sets(String setting, String value, String words) {
    return new Answer(Outcome.HONOURED, setting, value, words);
  }

  /** Honoured, although there is nothing to set. */
  static Answer alreadySo(String words) {
    return new Answer(Outcome.HONOURED, "", "", words);
  }

  static Answer ignored(String reason) {
    return new Answer(Outcome.IGNORED, "", "", reason);
  }

  static Answer unknown() {
    return new Answer(Outcome.UNKNOWN, "", "", "not a key of FinLoRA's that Sluice knows");
  }

  static Answer byDefault(String setting, String value) {
    return new Answer(Outcome.DEFAULT, setting, value, "FinLoRA's default");
  }

  boolean set() {
    return !setting.isEmpty();
  }

  FinLoraKey to(String key, String shown) {
    String assignment = set() ? setting + "=" + value : "";
    String says =
        assignment.isEmpty() || words.isEmpty()
            ? assignment + words
            : assignment + " (" + words + ")";
    return new FinLoraKey(key, outcome == Outcome.UNKNOWN ? "" : shown, outcome, setting, says);
  }
}
