package dev.sluice.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command did: its exit code and what it wrote. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(String... args) {
    return of(Main.commandLine(), args);
  }

  static CommandRun of(CommandLine line, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.execute(line, args, new PrintWriter(out), new PrintWriter(err));
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
