package dev.sluice.app.feed;

/** Writes the questions of one task. The answer is drawn first and decides the text. */
interface QuestionWriter {
  Question write(Draw draw);
}
