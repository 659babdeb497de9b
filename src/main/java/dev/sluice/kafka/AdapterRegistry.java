package dev.sluice.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.SluiceException;
import dev.sluice.serde.AdapterAssignment;
import dev.sluice.serde.AdapterAssignmentSerde;
import dev.sluice.serde.TopicNames;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which adapter has which partition: a topic that is only ever appended to.
 *
 * <p>Registrars are serialised by one transactional id. Whoever begins fences the one before and
 * reads the topic again; from there on only it can commit, until the next one begins. So no
 * partition is given out twice. Thread-safe: every call has clients of its own.
 */
public final class AdapterRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(AdapterRegistry.class);

  private static final int ATTEMPTS = 20;
  private static final int MAX_BACKOFF_MILLIS = 500;
  private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

  private final Map<String, Object> client;
  private final TopicPartition partition;
  private final int adaptersMax;

  /**
   * @param client the settings that all clients share: {@code bootstrap.servers} and security
   * @param adaptersMax how many partitions there are to give out
   */
  public AdapterRegistry(Map<String, Object> client, TopicNames names, int adaptersMax) {
    this.client = Map.copyOf(client);
    this.partition = new TopicPartition(names.adapters(), 0);
    this.adaptersMax = adaptersMax;
  }

  /**
   * Every adapter with its partition, in the order of registration.
   *
   * @throws SluiceException if the topic does not exist
   * @throws KafkaException if it cannot be read
   */
  public Map<String, Integer> all() {
    try (var table = new AdapterTable(client, partition)) {
      return table.refresh();
    }
  }

  /**
   * The adapter's partition.
   *
   * @throws SluiceException if it has none, with the command that gives it one
   */
  public int partitionOf(String adapter) {
    Integer assigned = all().get(adapter);
    if (assigned == null) {
      throw new SluiceException(
          "adapter '%1$s' is not registered; run: sluice topics create --adapter %1$s"
              .formatted(adapter));
    }
    return assigned;
  }

  /**
   * Gives the adapter the next free partition, or returns the one that it has.
   *
   * @throws IllegalArgumentException if the name cannot be used
   * @throws SluiceException if no partition is left
   * @throws KafkaException if other registrars got in between every time, or Kafka fails
   */
  public int register(String adapter) {
    AdapterName.require(adapter);
    try (var table = new AdapterTable(client, partition)) {
      for (int attempt = 1; ; attempt++) {
        // Before anybody is fenced: mostly the adapter is there.
        Integer known = table.peek().get(adapter);
        if (known != null) {
          return known;
        }
        try {
          return append(adapter, table);
        } catch (KafkaException e) {
          if (!Fencing.isFenced(e) || attempt == ATTEMPTS) {
            throw e;
          }
          backOff(attempt);
        }
      }
    }
  }

  private int append(String adapter, AdapterTable table) {
    try (Producer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings())) {
      producer.initTransactions();
      Map<String, Integer> taken = table.refresh();
      Integer known = taken.get(adapter);
      if (known != null) {
        return known;
      }
      int next = next(adapter, taken);
      producer.beginTransaction();
      KafkaFutures.get(producer.send(record(adapter, next)));
      producer.commitTransaction();
      LOG.atInfo()
          .addKeyValue("adapter", adapter)
          .addKeyValue("partition", next)
          .log("Adapter registered");
      return next;
    }
  }

  private int next(String adapter, Map<String, Integer> taken) {
    int next = taken.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    if (next >= adaptersMax) {
      throw new SluiceException(
          ("adapter '%s' cannot be registered: adapters.max is %d and all these partitions are"
                  + " taken; raise adapters.max and run: sluice topics check")
              .formatted(adapter, adaptersMax));
    }
    return next;
  }

  private ProducerRecord<byte[], byte[]> record(String adapter, int next) {
    byte[] value =
        new AdapterAssignmentSerde()
            .serializer()
            .serialize(partition.topic(), new AdapterAssignment(next));
    return new ProducerRecord<>(
        partition.topic(), partition.partition(), adapter.getBytes(UTF_8), value);
  }

  /** Random, so that two registrars do not go on fencing each other in step. */
  private static void backOff(int attempt) {
    int bound = Math.min(MAX_BACKOFF_MILLIS, 50 * attempt);
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(bound));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private Map<String, Object> producerSettings() {
    var settings = new HashMap<String, Object>(client);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, partition.topic());
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    return settings;
  }
}
