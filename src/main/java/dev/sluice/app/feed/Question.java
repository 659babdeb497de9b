package dev.sluice.app.feed;

/** A prompt with its right answer. */
record Question(String prompt, String answer) {
  @Override
  public String toString() {
    return "Question[%d + %d characters]".formatted(prompt.length(), answer.length());
  }
}
