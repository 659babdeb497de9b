package dev.sluice.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.app.config.InvalidConfigurationException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FailureReportTest {

  /** Reads the configuration, then fails as it is told. */
  @Command(name = "fail")
  private static final class Failing implements Callable<Integer> {

    @Mixin private final ConfigOptions options = new ConfigOptions();
    private final Throwable failure;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      options.config();
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  static Stream<Arguments> expectedFailures() {
    String full = "No space left on device";
    return Stream.of(
        Arguments.of(new CommandFailedException("no adapter 'a'"), "no adapter 'a'"),
        Arguments.of(
            new ExecutionException(new CommandFailedException("x", new IOException("y"))), "x"),
        Arguments.of(new NoSuchFileException("a.jsonl"), "'a.jsonl' does not exist"),
        Arguments.of(
            new UncheckedIOException(new NoSuchFileException("a.jsonl")),
            "'a.jsonl' does not exist"),
        Arguments.of(new AccessDeniedException("/etc/x"), "no permission for '/etc/x'"),
        Arguments.of(new FileAlreadyExistsException("out"), "'out' exists already"),
        Arguments.of(new NotDirectoryException("out"), "'out' is not a directory"),
        Arguments.of(new DirectoryNotEmptyException("out"), "the directory 'out' is not empty"),
        Arguments.of(
            new FileSystemException("out/a.bin", null, full),
            "cannot write 'out/a.bin': the disk is full; free space or write elsewhere"),
        Arguments.of(
            new FileSystemException("out/a.bin", null, "Read-only file system"),
            "out/a.bin: Read-only file system"),
        Arguments.of(
            new IOException(full),
            "the disk is full: free space or write elsewhere (No space left on device)"),
        Arguments.of(new IOException("the file is cut short"), "the file is cut short"),
        Arguments.of(new IOException(), "java.io.IOException"),
        Arguments.of(
            new FileNotFoundException("a (Is a directory)"),
            "java.io.FileNotFoundException: a (Is a directory)"),
        Arguments.of(
            new ConnectException("Connection refused"),
            "java.net.ConnectException: Connection refused"),
        Arguments.of(
            new ExecutionException(new TimeoutException("Timed out waiting for a node")),
            "cannot reach Kafka at broker-1:9092: Timed out waiting for a node; check"
                + " kafka.bootstrap.servers"),
        Arguments.of(
            new CompletionException(new SaslAuthenticationException("Authentication failed")),
            "cannot log in to Kafka at broker-1:9092: Authentication failed; check"
                + " kafka.properties.security.protocol, sasl.* and ssl.* beside it"),
        Arguments.of(
            new KafkaException("wrapper", new TopicAuthorizationException("Not authorized")),
            "Kafka at broker-1:9092 does not allow this: Not authorized; give the user the ACL"
                + " that is missing"),
        Arguments.of(
            new KafkaException(
                "Failed to create new KafkaAdminClient",
                new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")),
            "cannot connect to Kafka at broker-1:9092: No resolvable bootstrap urls given in"
                + " bootstrap.servers; check kafka.bootstrap.servers and kafka.properties.*"));
  }

  @ParameterizedTest
  @MethodSource("expectedFailures")
  void whatAUserCanMendIsOneLine(Exception failure, String line) {
    CommandRun run = fail(failure);
    assertEquals("sluice: " + line + "\n", run.err());
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
  }

  @Test
  void aWrongConfigurationIsWrongUsage() {
    CommandRun run = fail(new InvalidConfigurationException(List.of("a", "b")));
    assertEquals(2, run.exitCode());
    assertEquals("sluice: the configuration has 2 problems:\n  a\n  b\n", run.err());
  }

  @Test
  void kafkaIsNotLocatedWhenTheConfigurationWasNotRead() {
    assertEquals(
        "cannot reach Kafka: late; check kafka.bootstrap.servers",
        Failure.of(new TimeoutException("late"), "").message());
  }

  @Test
  void theUnexpectedNamesItsClassAndPointsToVerbose() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("no such state"),
            new KafkaException("no such state"),
            new UnsatisfiedLinkError("no such state"))) {
      CommandRun run = fail(failure);
      assertEquals(1, run.exitCode());
      assertEquals(
          "sluice: "
              + failure
              + "\nThis is unexpected: run it again with --verbose for the stack trace.\n",
          run.err());
    }
  }

  @Test
  void verboseShowsTheStackTraceOfAnyFailure() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("s"),
            new CommandFailedException("c", new IOException("the reason")),
            new UnsatisfiedLinkError("l"))) {
      String err = fail(failure, "--verbose").err();
      assertTrue(err.contains("\tat dev.sluice.app.FailureReportTest"), err);
      assertFalse(err.contains("run it again"), err);
    }
  }

  private static CommandRun fail(Throwable failure, String... options) {
    CommandLine line = Main.commandLine().addSubcommand(new Failing(failure));
    Stream<String> args = Stream.of("fail", "--set", "kafka.bootstrap.servers=broker-1:9092");
    return CommandRun.of(line, Stream.concat(args, Stream.of(options)).toArray(String[]::new));
  }
}
