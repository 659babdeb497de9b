package dev.sluice.app.broker;

import dev.sluice.testing.TestBroker;
import java.nio.file.Path;

/** A program that owns a broker until it is killed; prints where the broker listens. */
final class BrokerHolder {
  private BrokerHolder() {}

  @SuppressWarnings("SystemOut") // its parent reads it
  public static void main(String[] args) throws InterruptedException {
    var broker = BrokerProcess.start(BrokerSpec.single(Path.of(args[0])), TestBroker.START_TIMEOUT);
    System.out.println(broker.bootstrap());
    Thread.currentThread().join();
  }
}
