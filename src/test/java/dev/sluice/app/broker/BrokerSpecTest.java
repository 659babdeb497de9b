package dev.sluice.app.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class BrokerSpecTest {

  private static final Path DIRECTORY = Path.of("broker");

  @Test
  void listensOnThisMachineOnly() {
    var spec = new BrokerSpec(1, 20_001, new TreeMap<>(Map.of(1, 20_002)), DIRECTORY, Map.of());

    assertEquals(
        "PLAINTEXT://127.0.0.1:20001,CONTROLLER://127.0.0.1:20002",
        spec.serverProperties().getProperty("listeners"));
    assertEquals("127.0.0.1:20001", spec.bootstrap());
  }

  @Test
  void aloneAsksForOneCopyOfEverything() {
    var properties = BrokerSpec.single(DIRECTORY).serverProperties();

    for (String setting :
        new String[] {
          "default.replication.factor",
          "min.insync.replicas",
          "offsets.topic.replication.factor",
          "transaction.state.log.replication.factor",
          "transaction.state.log.min.isr"
        }) {
      assertEquals("1", properties.getProperty(setting), setting);
    }
    assertEquals("false", properties.getProperty("controlled.shutdown.enable"));
  }

  @Test
  void threeNodesVoteAndKeepThreeCopiesOfWhichTwoMustBeWritten() {
    var controllers = new TreeMap<>(Map.of(1, 20_011, 2, 20_012, 3, 20_013));
    var properties = new BrokerSpec(2, 20_002, controllers, DIRECTORY, Map.of()).serverProperties();

    assertEquals(
        "1@127.0.0.1:20011,2@127.0.0.1:20012,3@127.0.0.1:20013",
        properties.getProperty("controller.quorum.voters"));
    assertEquals("3", properties.getProperty("transaction.state.log.replication.factor"));
    assertEquals("2", properties.getProperty("transaction.state.log.min.isr"));
    assertEquals("true", properties.getProperty("controlled.shutdown.enable"));
  }

  @Test
  void overridesWin() {
    var spec = BrokerSpec.single(DIRECTORY, Map.of("num.io.threads", "7"));

    assertEquals("7", spec.serverProperties().getProperty("num.io.threads"));
  }

  @Test
  void takesPortsThatNoOutgoingConnectionIsGiven() {
    var spec = BrokerSpec.single(DIRECTORY);

    assertTrue(spec.port() >= 20_000 && spec.port() < 32_768, "port " + spec.port());
  }

  @Test
  void refusesANodeThatIsNoController() {
    var failure =
        assertThrows(
            IllegalArgumentException.class,
            () -> new BrokerSpec(4, 20_001, new TreeMap<>(Map.of(1, 1)), DIRECTORY, Map.of()));

    assertEquals("node 4 must be one of the controllers [1]", failure.getMessage());
  }
}
