package dev.sluice.app.config;

/** Zero, with the reason. The key exists because users of PEFT look for it. */
final class NoDropout extends Bounds {

  @Override
  public void ensureValid(String key, Object value) {
    if ((Double) value != 0) {
      throw violation(
          key,
          "0",
          value
              + ": dropout is not supported, because a stream is passed over once and examples"
              + " share the computation of their prefix");
    }
  }

  @Override
  String canonical(Object value) {
    return "0";
  }

  @Override
  public String toString() {
    return "0";
  }
}
