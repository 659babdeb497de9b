package dev.sluice.kafka;

import dev.sluice.data.SluiceException;

/** Kafka cannot be reached as it is configured; the message says what to check. */
public final class BrokersUnreachableException extends SluiceException {
  BrokersUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
