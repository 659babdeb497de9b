package dev.sluice.kafka;

/** Kafka cannot be reached as it is configured; the message says what to check. */
public final class BrokersUnreachableException extends RuntimeException {
  BrokersUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
