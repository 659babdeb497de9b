package dev.sluice.app.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.SluiceException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real Kafka broker in a child JVM that can be killed, hung and started again.
 *
 * <p>The child ends when this JVM does, however it ends. It ignores Ctrl-C, which a terminal sends
 * to both: whoever owns the broker closes it last. For use by one thread at a time.
 */
public final class BrokerProcess implements AutoCloseable {

  /** Modest and quick to start: the broker moves little data and lives for minutes. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dlogback.configurationFile=logback-broker.xml",
          // Kafka asks Log4j to change log levels at run time; that it has no logger is no error.
          "-Dlog4j2.StatusLogger.level=OFF");

  private static final Duration CLEAN_SHUTDOWN = Duration.ofSeconds(20);
  private static final int LOG_LINES_SHOWN = 20;

  private final BrokerSpec spec;
  private final String classPath;
  private Child child;
  private boolean suspended;

  private BrokerProcess(BrokerSpec spec, String classPath) {
    this.spec = spec;
    this.classPath = classPath;
    this.child = launch();
  }

  /**
   * Starts a broker and waits until it serves clients.
   *
   * @throws SluiceException if it does not within {@code timeout}, with the end of its log; or if
   *     this JVM does not know the broker's class path
   */
  public static BrokerProcess start(BrokerSpec spec, Duration timeout) {
    var broker = new BrokerProcess(spec, BrokerClassPath.fromSystemProperties());
    broker.awaitReady(timeout);
    return broker;
  }

  /** For {@code bootstrap.servers}; stays the same over restarts. */
  public String bootstrap() {
    return spec.bootstrap();
  }

  public long pid() {
    return child.process().pid();
  }

  public boolean isAlive() {
    return child.process().isAlive();
  }

  /** SIGKILL: nothing is flushed and no clean shutdown is marked. Returns when it is dead. */
  public void kill() {
    child.process().destroyForcibly();
    suspended = false;
    awaitExit(CLEAN_SHUTDOWN);
  }

  /** Starts it again on the same data and port, after a clean shutdown if it still runs. */
  public void restart(Duration timeout) {
    close();
    child = launch();
    awaitReady(timeout);
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  public void suspend() {
    signal("STOP");
    suspended = true;
  }

  /** SIGCONT: goes on after {@link #suspend}. */
  public void resume() {
    signal("CONT");
    suspended = false;
  }

  /** Shuts it down cleanly, by force after 20 s. Does nothing if it is down. */
  @Override
  public void close() {
    if (!isAlive()) {
      return;
    }
    if (suspended) {
      resume();
    }
    try {
      child.process().getOutputStream().close();
    } catch (IOException e) {
      kill();
      return;
    }
    if (!awaitExit(CLEAN_SHUTDOWN)) {
      kill();
    }
  }

  private Child launch() {
    try {
      Files.createDirectories(spec.directory());
      Path properties = spec.directory().resolve("server.properties");
      try (var writer = Files.newBufferedWriter(properties)) {
        spec.serverProperties().store(writer, null);
      }
      var process =
          new ProcessBuilder(command(properties))
              .redirectError(ProcessBuilder.Redirect.appendTo(spec.log().toFile()))
              .start();
      return new Child(process, readiness(process));
    } catch (IOException e) {
      throw new UncheckedIOException("the broker's JVM cannot be started", e);
    }
  }

  private List<String> command(Path properties) {
    var command = new ArrayList<String>();
    if (File.separatorChar == '/') {
      // Signals that are ignored when a JVM starts stay ignored, and exec keeps the process id.
      command.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "broker"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", classPath, BrokerMain.class.getName(), properties.toString()));
    return command;
  }

  /** Completes when the child says that it is ready, with false when it ends without saying so. */
  private static CompletableFuture<Boolean> readiness(Process process) {
    var ready = new CompletableFuture<Boolean>();
    var thread =
        new Thread(
            () -> {
              try (BufferedReader lines = process.inputReader(UTF_8)) {
                ready.complete(lines.lines().anyMatch(BrokerMain.READY::equals));
              } catch (IOException | UncheckedIOException e) {
                ready.completeExceptionally(e);
              }
            },
            "broker-readiness");
    thread.setDaemon(true);
    thread.start();
    return ready;
  }

  private void awaitReady(Duration timeout) {
    try {
      if (!child.ready().get(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw didNotStart("ended while it started");
      }
    } catch (TimeoutException e) {
      throw didNotStart("was not ready within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw didNotStart("could not be heard");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw didNotStart("was interrupted while it started");
    }
  }

  private SluiceException didNotStart(String what) {
    kill();
    return new SluiceException(
        "the broker " + what + "; its log is " + spec.log() + " and ends:\n" + endOfLog());
  }

  /** The last lines of its log, to say why it failed. */
  public String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(spec.log());
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(it cannot be read: " + e.getMessage() + ")";
    }
  }

  private boolean awaitExit(Duration timeout) {
    try {
      return child.process().waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void signal(String name) {
    try {
      int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            "SIG" + name + " could not be sent to the broker, process " + pid());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("signals need the program kill", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling the broker", e);
    }
  }

  private record Child(Process process, CompletableFuture<Boolean> ready) {}
}
