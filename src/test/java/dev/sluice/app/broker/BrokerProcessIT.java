package dev.sluice.app.broker;

import static dev.sluice.testing.Failures.assertSays;
import static dev.sluice.testing.TestBroker.START_TIMEOUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.data.SluiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerProcessIT {

  private final Path directory;

  BrokerProcessIT(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void keepsWhatItAcknowledgedOverAKillAndARestart() throws Exception {
    try (var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT)) {
      String bootstrap = broker.bootstrap();
      long firstPid = broker.pid();
      createTopic(bootstrap, "kept");
      send(bootstrap, "kept", "before the kill");

      broker.kill();
      assertFalse(broker.isAlive());
      broker.restart(START_TIMEOUT);

      assertTrue(broker.pid() != firstPid);
      assertEquals(bootstrap, broker.bootstrap());
      assertEquals("before the kill", first(bootstrap, "kept"));
    }
  }

  @Test
  void takesUpTheDataOfAnEarlierRunOnOtherPorts() throws Exception {
    try (var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT)) {
      createTopic(broker.bootstrap(), "kept");
    }
    try (var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT)) {
      assertEquals(Set.of("kept"), topics(broker.bootstrap()));
    }
  }

  @Test
  void closesCleanly() {
    var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT);

    broker.close();

    assertFalse(broker.isAlive());
    // Kafka leaves this file when, and only when, it shut down in order.
    assertTrue(Files.exists(directory.resolve("data/.kafka_cleanshutdown")));
    broker.close();
  }

  @Test
  void answersNothingWhileSuspendedAndGoesOnWhenResumed() throws Exception {
    try (var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT)) {
      broker.suspend();
      var failure =
          assertThrows(
              ExecutionException.class, () -> clusterId(broker.bootstrap(), Duration.ofSeconds(1)));
      assertTrue(failure.getCause() instanceof TimeoutException);
      assertTrue(broker.isAlive());

      broker.resume();
      assertEquals(BrokerSpec.CLUSTER_ID, clusterId(broker.bootstrap(), START_TIMEOUT));

      broker.suspend(); // closing one that hangs must work too
    }
  }

  @Test
  void survivesTheInterruptThatATerminalSendsToItsParent() throws Exception {
    try (var broker = BrokerProcess.start(BrokerSpec.single(directory), START_TIMEOUT)) {
      var kill = new ProcessBuilder("kill", "-INT", Long.toString(broker.pid())).start();
      assertEquals(0, kill.waitFor());

      createTopic(broker.bootstrap(), "still-there");
      assertEquals(Set.of("still-there"), topics(broker.bootstrap()));
    }
  }

  @Test
  void endsWithAParentThatIsKilled() throws Exception {
    Process parent = startHolder();
    try (var out = parent.inputReader(UTF_8)) {
      String bootstrap = out.readLine();
      assertNotNull(bootstrap, "the parent did not start a broker");
      int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
      try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
        connection.setSoTimeout(Math.toIntExact(START_TIMEOUT.toMillis()));

        parent.destroyForcibly();

        // Kafka says nothing unasked: this returns when the broker ends its connections.
        assertEquals(-1, read(connection));
      }
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void saysWhereTheLogIsAndHowItEndsWhenItDoesNotStart() {
    var spec = BrokerSpec.single(directory, Map.of("num.io.threads", "none"));

    var failure =
        assertThrows(SluiceException.class, () -> BrokerProcess.start(spec, START_TIMEOUT));

    assertSays("the broker ended while it started; its log is", failure);
    assertSays(spec.log().toString(), failure);
    assertSays("num.io.threads", failure);
  }

  @Test
  void givesUpOnABrokerThatIsNotReadyInTime() {
    var spec = BrokerSpec.single(directory);

    var failure =
        assertThrows(SluiceException.class, () -> BrokerProcess.start(spec, Duration.ofMillis(1)));

    assertSays("the broker was not ready within 1 ms", failure);
  }

  private Process startHolder() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            property(BrokerClassPath.FILE_PROPERTY),
            property(BrokerClassPath.CLASSES_PROPERTY),
            "-cp",
            System.getProperty("java.class.path"),
            BrokerHolder.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String property(String name) {
    return "-D" + name + "=" + System.getProperty(name);
  }

  private static int read(Socket connection) throws IOException {
    try {
      return connection.getInputStream().read();
    } catch (SocketException reset) {
      return -1;
    }
  }

  private static void createTopic(String bootstrap, String topic) throws Exception {
    try (var admin = Admin.create(client(bootstrap))) {
      var one = new NewTopic(topic, Optional.of(1), Optional.empty());
      admin.createTopics(List.of(one)).all().get();
    }
  }

  private static Set<String> topics(String bootstrap) throws Exception {
    try (var admin = Admin.create(client(bootstrap))) {
      return admin.listTopics().names().get();
    }
  }

  private static String clusterId(String bootstrap, Duration timeout) throws Exception {
    int millis = Math.toIntExact(timeout.toMillis());
    try (var admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", bootstrap,
                "request.timeout.ms", millis,
                "default.api.timeout.ms", millis))) {
      return admin.describeCluster().clusterId().get();
    }
  }

  private static void send(String bootstrap, String topic, String value) throws Exception {
    try (var producer =
        new KafkaProducer<>(client(bootstrap), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static String first(String bootstrap, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            client(bootstrap), new StringDeserializer(), new StringDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(30)).iterator().next().value();
    }
  }

  private static Map<String, Object> client(String bootstrap) {
    return Map.of("bootstrap.servers", bootstrap);
  }
}
