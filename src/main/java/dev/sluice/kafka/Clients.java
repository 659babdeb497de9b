package dev.sluice.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the clients that Sluice uses, all on bytes.
 *
 * <p>{@code client} is what all of them share: {@code bootstrap.servers} and security.
 */
final class Clients {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private Clients() {}

  /** Reads committed records only; never commits by itself, never creates a topic. */
  static Consumer<byte[], byte[]> consumer(Map<String, Object> client, Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Half a second by default, spent at the end of a partition: a restore took 1.15 s, now 0.25 s.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    settings.putAll(more);
    return new KafkaConsumer<>(settings);
  }

  /** Sends each record once, acknowledged by all in-sync replicas. */
  static Producer<byte[], byte[]> producer(Map<String, Object> client) {
    return new KafkaProducer<>(producerSettings(client));
  }

  /** Sends in transactions; whoever initializes the same id later fences this one. */
  static Producer<byte[], byte[]> transactionalProducer(
      Map<String, Object> client, String transactionalId) {
    Map<String, Object> settings = producerSettings(client);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    // Chunks are a megabyte of weights each: large batches, and no compression, which finds
    // nothing.
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    return new KafkaProducer<>(settings) {
      /** Without a limit it would wait for ever for an abort that no broker can take. */
      @Override
      public void close() {
        close(CLOSE_TIMEOUT);
      }
    };
  }

  private static Map<String, Object> producerSettings(Map<String, Object> client) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    return settings;
  }
}
