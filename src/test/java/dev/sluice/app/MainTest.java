package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

  @Test
  void helpGoesToStdout() {
    CommandRun run = CommandRun.of("--help");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("Usage: sluice"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void theVersionNamesJavaAndKafka() {
    CommandRun run = CommandRun.of("--version");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("sluice "), run.out());
    assertTrue(run.out().contains("Java "), run.out());
    assertTrue(run.out().contains("Kafka clients 4."), run.out());
  }

  @Test
  void everyCommandHasHelpWithExamplesOfItsOwnAndExitCodes() {
    CommandLine top = Main.commandLine();
    List<String> topExamples = footer(top);
    assertAll(
        commands(top)
            .map(
                command ->
                    () -> {
                      String name = command.getCommandSpec().qualifiedName();
                      String help = command.getUsageMessage();
                      assertTrue(help.contains("Examples:\n  sluice "), name);
                      assertTrue(help.contains("Exit codes:"), name);
                      assertTrue(help.contains("--verbose"), name);
                      if (command != top) {
                        assertNotEquals(topExamples, footer(command), name);
                      }
                    }));
  }

  @Test
  void noSubcommandIsWrongUsage() {
    CommandRun run = CommandRun.of();
    assertEquals(2, run.exitCode());
    assertEquals("sluice: Missing required subcommand\nTry 'sluice --help'.\n", run.err());
    assertEquals("", run.out());
  }

  @Test
  void aMistypedCommandOrOptionIsWrongUsageWithASuggestion() {
    CommandRun command = CommandRun.of("cofig");
    assertEquals(2, command.exitCode());
    assertTrue(command.err().contains("Did you mean: sluice config?"), command.err());

    CommandRun option = CommandRun.of("config", "--jsn");
    assertEquals(2, option.exitCode());
    assertTrue(option.err().contains("--json"), option.err());
    assertTrue(option.err().endsWith("Try 'sluice config --help'.\n"), option.err());
    assertFalse(option.err().contains("Usage:"), option.err());
  }

  @Test
  void runWritesToTheGivenWritersAndReturnsTheExitCode() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new String[] {"config"}, new PrintWriter(out), new PrintWriter(err));
    assertEquals(0, exitCode);
    assertTrue(out.toString().contains("lora.rank: 16\n"));
    assertEquals("", err.toString());
  }

  private static Stream<CommandLine> commands(CommandLine command) {
    return Stream.concat(
        Stream.of(command), command.getSubcommands().values().stream().flatMap(MainTest::commands));
  }

  private static List<String> footer(CommandLine command) {
    return Arrays.asList(command.getCommandSpec().usageMessage().footer());
  }
}
