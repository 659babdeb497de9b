package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice train} as a process of its own, which can be killed. */
final class TrainProcess implements AutoCloseable {

  private static final Pattern HTTP = Pattern.compile("http=\"(http://[^\"]+)\"");

  private final Process process;
  private final List<String> log = new ArrayList<>(); // guarded by log
  private final Thread reader;

  private TrainProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "train-process-log");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * @param settings {@code key=value} each
   * @param options other ones of the command
   */
  static TrainProcess start(List<String> settings, String... options) throws IOException {
    List<String> command = new ArrayList<>(sluice());
    command.add("train");
    for (String setting : settings) {
      command.add("--set");
      command.add(setting);
    }
    command.addAll(List.of(options));
    return new TrainProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** The command line of a Sluice of its own, to which a command is added. */
  static List<String> sluice() throws IOException {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dai.djl.offline=true",
        "-cp",
        System.getProperty("sluice.classes")
            + File.pathSeparator
            + Files.readString(Path.of(System.getProperty("sluice.runtime.classpath.file")))
                .strip(),
        Main.class.getName());
  }

  /** Waits until a line of the log says {@code what}. */
  void awaitLog(String what) throws InterruptedException {
    awaitLog(what, 1);
  }

  /** Waits until {@code times} lines of the log say {@code what}. */
  void awaitLog(String what, int times) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    synchronized (log) {
      while (log.stream().filter(line -> line.contains(what)).count() < times) {
        if (System.nanoTime() > deadline || !process.isAlive()) {
          throw new AssertionError("the trainer did not say '" + what + "':\n" + text());
        }
        log.wait(100);
      }
    }
  }

  /** Where it serves metrics and health. */
  Optional<String> address() {
    Matcher matcher = HTTP.matcher(text());
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    process.toHandle().destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the trainer did not stop:\n" + text());
    }
    reader.join(5000);
    return process.exitValue();
  }

  String text() {
    synchronized (log) {
      return String.join("\n", log);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (log) {
          log.add(line);
          log.notifyAll();
        }
      }
    } catch (IOException e) {
      // The process was killed.
    }
  }
}
