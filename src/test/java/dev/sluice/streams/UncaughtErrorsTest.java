package dev.sluice.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class UncaughtErrorsTest {

  private final UncaughtErrors errors = new UncaughtErrors();

  @Test
  void replacesTheThreadAfterAnErrorThatMayPass() {
    assertEquals(REPLACE_THREAD, errors.handle(new StreamsException(new TimeoutException("slow"))));
  }

  @Test
  void shutsTheClientDownOnAnyOtherErrorAndKeepsIt() {
    StreamsException error = new StreamsException(new TopicAuthorizationException("sluice.train"));

    assertEquals(SHUTDOWN_CLIENT, errors.handle(error));
    assertEquals(Optional.of(error), errors.last());
  }

  @Test
  void hasNoErrorToBeginWith() {
    assertEquals(Optional.empty(), errors.last());
  }
}
