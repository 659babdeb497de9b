package dev.sluice.app;

import dev.sluice.app.config.SluiceConfig;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Writes why a command failed: a line for the user, and the stack trace only on demand. */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final PrintWriter err;
  private final BooleanSupplier verbose;

  FailureReport(PrintWriter err, BooleanSupplier verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    err.println("sluice: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return of(e, kafkaServers(command.getCommandSpec()));
  }

  /**
   * @param kafkaServers what the command tried to reach; empty if unknown
   * @return the exit code
   */
  int of(Throwable thrown, String kafkaServers) {
    Failure failure = Failure.of(thrown, kafkaServers);
    err.println("sluice: " + failure.message());
    if (verbose.getAsBoolean()) {
      thrown.printStackTrace(err);
    } else if (!failure.expected()) {
      err.println("This is unexpected: run it again with --verbose for the stack trace.");
    }
    return failure.exitCode();
  }

  private static String kafkaServers(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(ConfigOptions.class::isInstance)
        .flatMap(options -> ((ConfigOptions) options).loaded().stream())
        .map(SluiceConfig::bootstrapServers)
        .findFirst()
        .orElse("");
  }
}
