package dev.sluice.app;

/** What the health endpoints answer. Asked from the HTTP server's thread. */
interface HealthCheck {

  /** Whether the process does its work; if not, it should be restarted. */
  Status live();

  /** Whether the process has begun its work. */
  Status ready();

  /**
   * An answer.
   *
   * @param detail one line for a person
   */
  record Status(boolean ok, String detail) {}
}
