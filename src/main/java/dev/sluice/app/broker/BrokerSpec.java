package dev.sluice.app.broker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one node of a KRaft cluster is: broker and controller together, reachable from this machine
 * only.
 *
 * @param nodeId its key in {@code controllerPorts}
 * @param port where clients connect
 * @param controllerPorts the controllers' ports by node id; one entry is a cluster of one
 * @param directory holds its data, log and settings; a broker started on an old one keeps its data
 * @param overrides broker settings that stand above those chosen here
 */
public record BrokerSpec(
    int nodeId,
    int port,
    SortedMap<Integer, Integer> controllerPorts,
    Path directory,
    Map<String, String> overrides) {

  /** The same for every cluster, so that data of an earlier run is taken up again. */
  static final String CLUSTER_ID = "c2x1aWNlLWJyb2tlci0wMQ";

  private static final String HOST = "127.0.0.1";

  public BrokerSpec {
    controllerPorts = Collections.unmodifiableSortedMap(new TreeMap<>(controllerPorts));
    directory = directory.toAbsolutePath();
    overrides = Map.copyOf(overrides);
    if (!controllerPorts.containsKey(nodeId)) {
      throw new IllegalArgumentException(
          "node " + nodeId + " must be one of the controllers " + controllerPorts.keySet());
    }
  }

  /** A cluster of one on free ports. */
  public static BrokerSpec single(Path directory) {
    return single(directory, Map.of());
  }

  /** A cluster of one on free ports, with settings of its own. */
  public static BrokerSpec single(Path directory, Map<String, String> overrides) {
    int controllerPort = FreePort.next();
    return new BrokerSpec(
        1, FreePort.next(), new TreeMap<>(Map.of(1, controllerPort)), directory, overrides);
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrap() {
    return HOST + ":" + port;
  }

  /** Where everything that the broker says ends up. */
  public Path log() {
    return directory.resolve("broker.log");
  }

  /** Kafka's {@code server.properties}. */
  Properties serverProperties() {
    int nodes = controllerPorts.size();
    String replication = String.valueOf(Math.min(3, nodes));
    String inSync = String.valueOf(Math.max(1, Math.min(3, nodes) - 1));

    var properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", String.valueOf(nodeId));
    properties.put("controller.quorum.voters", voters());
    int controllerPort = requireNonNull(controllerPorts.get(nodeId));
    properties.put(
        "listeners", "PLAINTEXT://" + bootstrap() + ",CONTROLLER://" + HOST + ":" + controllerPort);
    properties.put("advertised.listeners", "PLAINTEXT://" + bootstrap());
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("log.dirs", directory.resolve("data").toString());
    properties.put("auto.create.topics.enable", "false");

    properties.put("default.replication.factor", replication);
    properties.put("min.insync.replicas", inSync);
    // Internal topics have 50 partitions by default, which a first start would wait for.
    for (String topic : new String[] {"transaction.state.log", "share.coordinator.state.topic"}) {
      properties.put(topic + ".replication.factor", replication);
      properties.put(topic + ".min.isr", inSync);
      properties.put(topic + ".num.partitions", "3");
    }
    properties.put("offsets.topic.replication.factor", replication);
    properties.put("offsets.topic.num.partitions", "3");

    properties.put("group.initial.rebalance.delay.ms", "0");
    // The partitions of a member that was killed move after 6 s; by default after 45 s.
    properties.put("group.consumer.session.timeout.ms", "6000");
    properties.put("group.consumer.min.session.timeout.ms", "6000");
    properties.put("group.consumer.heartbeat.interval.ms", "1000");
    properties.put("group.consumer.min.heartbeat.interval.ms", "1000");

    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "2");
    properties.put("background.threads", "2");
    properties.put("num.recovery.threads.per.data.dir", "1");
    // 128 MiB of heap by default.
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");

    // Alone there is nobody to hand leadership to, and the shutdown would wait for it.
    properties.put("controlled.shutdown.enable", String.valueOf(nodes > 1));
    // A killed node registers again only when its session is over: 9 s by default.
    properties.put("broker.session.timeout.ms", "2000");
    properties.put("broker.heartbeat.interval.ms", "500");

    properties.putAll(overrides);
    return properties;
  }

  private String voters() {
    return controllerPorts.entrySet().stream()
        .map(node -> node.getKey() + "@" + HOST + ":" + node.getValue())
        .collect(Collectors.joining(","));
  }
}
