package dev.sluice.kafka;

import static java.util.stream.Collectors.toSet;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.app.broker.BrokerProcess;
import dev.sluice.app.broker.BrokerSpec;
import dev.sluice.checkpoint.Manifest;
import dev.sluice.checkpoint.Release;
import dev.sluice.checkpoint.RetentionPolicy;
import dev.sluice.serde.TopicNames;
import dev.sluice.testing.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access rules of docs/operations.md are enough, on a broker that enforces them. */
class JanitorAccessIT {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path directory;

  @Test
  void theJanitorMayTrimButNotReleaseAndAReleaserMayRelease() throws IOException {
    TrainerRig rig =
        new TrainerRig()
            .with(new TrainerLoop.Settings(4, 1_000_000, TrainerRig.NEVER, 1, TrainerRig.NEVER));
    rig.trainVersions(6);
    int saslPort = freePort();
    try (BrokerProcess broker = BrokerProcess.start(spec(saslPort), TestBroker.START_TIMEOUT)) {
      copy(rig, Map.of("bootstrap.servers", broker.bootstrap()));
      Map<String, Object> janitor = login(saslPort, "janitor");
      Map<String, Object> releaser = login(saslPort, "releaser");

      int partition = new AdapterRegistry(releaser, rig.topics, 2).partitionOf(rig.adapter);
      CheckpointStore store = new CheckpointStore(releaser, rig.topics);
      Manifest first = store.manifests(rig.adapter, partition).get(0);
      first.files().forEach(file -> store.fetch(first, file.name()));
      assertEquals(1, release(releaser, rig, 1).version());

      assertEquals(Set.of(rig.adapter), new AdapterRegistry(janitor, rig.topics, 2).all().keySet());
      assertEquals(
          List.of(2L, 3L, 4L),
          new Janitor(janitor, rig.topics, new RetentionPolicy(1, 0), Clock.systemUTC())
              .trim(rig.adapter, partition)
              .dropped());
      assertThrows(AuthorizationException.class, () -> release(janitor, rig, 6));
      RetentionPolicy tight = new RetentionPolicy(1, 0);
      new ReleaseStore(releaser, rig.topics)
          .publish(
              rig.adapter, partition, current -> Release.first(rig.adapter, 6, NOW, null, null));
      Janitor releasersJanitor = new Janitor(releaser, rig.topics, tight, Clock.systemUTC());
      assertEquals(List.of(1L), releasersJanitor.plan(rig.adapter, partition).dropped());
      assertThrows(
          AuthorizationException.class, () -> releasersJanitor.trim(rig.adapter, partition));
    }
  }

  private static Release release(Map<String, Object> client, TrainerRig rig, long version) {
    return new ReleaseStore(client, rig.topics)
        .publish(
            rig.adapter,
            rig.partition,
            current -> Release.first(rig.adapter, version, NOW, null, null));
  }

  /** The rules of the table, and what the trainer left: the first version at the same offsets. */
  private static void copy(TrainerRig rig, Map<String, Object> client) {
    TopicNames topics = rig.topics;
    try (Admin admin = Admin.create(client);
        Producer<byte[], byte[]> producer = Clients.producer(client)) {
      new TopicAdmin(admin, new TopicLayout(topics, 2, -1, Duration.ofDays(1))).create();
      new AdapterRegistry(client, topics, 2).register(rig.adapter);
      for (String topic : List.of(topics.chunks(), topics.checkpoints())) {
        for (var row : TestBroker.shared().readCommitted(topic)) {
          KafkaFutures.get(
              producer.send(new ProducerRecord<>(topic, row.partition(), row.key(), row.value())));
        }
      }
      KafkaFutures.get(admin.createAcls(acls(topics)).all());
    }
  }

  private static Set<AclBinding> acls(TopicNames topics) {
    return Stream.of(
            topic("janitor", READ, topics.adapters(), topics.checkpoints(), topics.releases()),
            topic("janitor", READ, topics.trimmed()),
            topic("janitor", WRITE, topics.trimmed(), topics.chunks()),
            transactions("janitor", topics.prefix() + ".janitor."),
            topic("releaser", READ, topics.adapters(), topics.checkpoints(), topics.chunks()),
            topic("releaser", READ, topics.trimmed(), topics.releases()),
            topic("releaser", WRITE, topics.releases()),
            transactions("releaser", topics.releases() + "."))
        .flatMap(rules -> rules)
        .collect(toSet());
  }

  private static Stream<AclBinding> topic(String user, AclOperation may, String... topics) {
    return Stream.of(topics).map(topic -> rule(user, may, TOPIC, topic, LITERAL));
  }

  private static Stream<AclBinding> transactions(String user, String prefix) {
    return Stream.of(rule(user, WRITE, TRANSACTIONAL_ID, prefix, PREFIXED));
  }

  private static AclBinding rule(
      String user, AclOperation may, ResourceType type, String name, PatternType pattern) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", may, AclPermissionType.ALLOW));
  }

  /** Whoever does not log in may do everything: the test itself, and the broker. */
  private BrokerSpec spec(int saslPort) throws IOException {
    int port = freePort();
    int controllerPort = freePort();
    return new BrokerSpec(
        1,
        port,
        new TreeMap<>(Map.of(1, controllerPort)),
        directory,
        Map.of(
            "listeners",
            "PLAINTEXT://127.0.0.1:%d,SASL_PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                .formatted(port, saslPort, controllerPort),
            "advertised.listeners",
            "PLAINTEXT://127.0.0.1:%d,SASL_PLAINTEXT://127.0.0.1:%d".formatted(port, saslPort),
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms",
            "PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " user_janitor=\"secret\" user_releaser=\"secret\";",
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users",
            "User:ANONYMOUS"));
  }

  private static Map<String, Object> login(int port, String user) {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + port,
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"secret\";"
            .formatted(user));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
