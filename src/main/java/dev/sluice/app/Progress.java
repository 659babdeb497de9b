package dev.sluice.app;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on stderr if that is a terminal, and nothing otherwise. */
final class Progress implements AutoCloseable {

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static Progress ofBytes(String task, long bytes) {
    return new Progress(
        Terminal.isInteractive() ? builder(task, bytes).setUnit(" KiB", 1024).build() : null);
  }

  static Progress ofExamples(String task, long examples) {
    return new Progress(
        Terminal.isInteractive() ? builder(task, examples).showSpeed().build() : null);
  }

  /** Shows a line of figures behind the bar. */
  void to(long done, String figures) {
    if (bar != null) {
      bar.setExtraMessage(" " + figures);
      bar.stepTo(done);
    }
  }

  void to(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static ProgressBarBuilder builder(String task, long max) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(max)
        .setStyle(ProgressBarStyle.ASCII)
        // With a width given, the library leaves the terminal alone: asking for the width through
        // JLine would replace the JVM's handler of Ctrl-C, and nothing would be left in good order.
        .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns()))
        .setUpdateIntervalMillis(200);
  }
}
