package dev.sluice.app.hub;

/** What may go well in a second or two: a connection that broke, a server that is busy. */
final class TransientFailure extends Exception {

  TransientFailure(String message) {
    super(message);
  }

  TransientFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
