package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. */
@Command(
    name = "sluice",
    description = "Fine-tunes a language model without stopping, from Kafka topics.",
    footer = {
      "  sluice demo                                  the whole line in a minute, broker included",
      "  sluice topics create --adapter sentiment     topics, and a partition for an adapter",
      "  sluice ingest --config sluice.yaml           examples in, validated",
      "  sluice train --config sluice.yaml            examples to an adapter",
      "  sluice adapter pull --adapter sentiment --out ./sentiment",
      "  sluice train --help                          what a command takes"
    },
    // One line a command, in the order of --help.
    subcommands = {
      DemoCommand.class,
      TopicsCommand.class,
      ProduceCommand.class,
      IngestCommand.class,
      TrainCommand.class,
      AdapterCommand.class,
      ModelCommand.class,
      RejectedCommand.class,
      RankSweepCommand.class,
      BenchCommand.class,
      ConfigCommand.class,
    },
    // What follows holds for the commands too.
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpWidth = 100,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage or configuration"},
    footerHeading = "%nExamples:%n")
public final class Main {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean verbose;

  private Main() {}

  /** Ends the process, whatever threads a command has left behind. */
  public static void main(String[] args) {
    // Not the platform's charset: JSON and the documentation are UTF-8 wherever they are written.
    int exitCode =
        run(
            args,
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8));
    if (!StopSignal.wasReceived()) {
      System.exit(exitCode);
    }
  }

  /**
   * Runs a command.
   *
   * @return the exit code: 0 done, 1 failed, 2 wrong usage or configuration
   */
  public static int run(String[] args, PrintWriter out, PrintWriter err) {
    return execute(commandLine(), args, out, err);
  }

  /** The command line before it has anywhere to write to; tests add commands of their own. */
  static CommandLine commandLine() {
    return new CommandLine(new Main());
  }

  static int execute(CommandLine line, String[] args, PrintWriter out, PrintWriter err) {
    Main main = line.getCommand();
    FailureReport report = new FailureReport(err, () -> main.verbose);
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler(report);
    line.setExecutionExceptionHandler(report);
    try {
      return line.execute(args);
    } catch (Error e) {
      // A native library that does not load, a heap that is full: picocli handles exceptions only.
      return report.of(e, "");
    } finally {
      out.flush();
      err.flush();
    }
  }
}
