package dev.sluice.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.sluice.data.SluiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates Sluice's topics and says what is wrong with those that exist. Changes nothing that
 * exists. Does not own the client.
 */
public final class TopicAdmin {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final int LOOKS = 200;

  private final Admin admin;
  private final TopicLayout layout;

  public TopicAdmin(Admin admin, TopicLayout layout) {
    this.admin = admin;
    this.layout = layout;
  }

  /**
   * Creates the topics that are missing and returns once brokers know them.
   *
   * @return what was done, a topic each, in the layout's order
   * @throws SluiceException if a topic cannot be created; the others are
   */
  public List<TopicCreation> create() {
    var creating =
        admin.createTopics(layout.topics().stream().map(TopicSpec::toNewTopic).toList()).values();
    var done = new ArrayList<TopicCreation>();
    for (TopicSpec topic : layout.topics()) {
      done.add(
          new TopicCreation(
              topic.name(), outcome(topic, requireNonNull(creating.get(topic.name())))));
    }
    awaitVisible();
    return List.copyOf(done);
  }

  /** Looks at every topic and at the brokers' features; at least one finding for each. */
  public List<TopicFinding> check() {
    Map<String, TopicDescription> existing = describe();
    Map<String, Config> configs = configs(existing);
    int brokers = KafkaFutures.get(admin.describeCluster().nodes()).size();

    var findings = new ArrayList<>(List.of(BrokerFeatures.check(featureLevels())));
    for (TopicSpec spec : layout.topics()) {
      TopicDescription topic = existing.get(spec.name());
      Config config = configs.get(spec.name());
      if (topic == null || config == null) {
        findings.add(TopicFinding.error(spec.name(), "does not exist; run: sluice topics create"));
      } else {
        findings.addAll(new TopicCheck(spec, topic, config, brokers).findings());
      }
    }
    return List.copyOf(findings);
  }

  private static TopicCreation.Outcome outcome(TopicSpec topic, KafkaFuture<Void> creating) {
    try {
      KafkaFutures.get(creating);
      return TopicCreation.Outcome.CREATED;
    } catch (TopicExistsException e) {
      return TopicCreation.Outcome.EXISTS;
    } catch (KafkaException e) {
      throw new SluiceException(
          "topic %s with %d partitions and %d replicas cannot be created: %s"
              .formatted(topic.name(), topic.partitions(), topic.replication(), e.getMessage()),
          e);
    }
  }

  /** A topic is created when the controller says so; brokers hear of it a moment later. */
  private void awaitVisible() {
    for (int look = 0; describe().size() < layout.topics().size(); look++) {
      if (look == LOOKS) {
        throw new KafkaException("the brokers do not show all topics that were created; try again");
      }
      try {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  /** Those of the topics that exist. */
  private Map<String, TopicDescription> describe() {
    var existing = new HashMap<String, TopicDescription>();
    var names = layout.topics().stream().map(TopicSpec::name).toList();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, description) -> {
              try {
                existing.put(name, KafkaFutures.get(description));
              } catch (UnknownTopicOrPartitionException missing) {
                // Left out, which is what the caller asks.
              }
            });
    return existing;
  }

  private Map<String, Config> configs(Map<String, TopicDescription> topics) {
    var resources =
        topics.keySet().stream()
            .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
            .toList();
    return KafkaFutures.get(admin.describeConfigs(resources).all()).entrySet().stream()
        .collect(toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
  }

  private Map<String, Integer> featureLevels() {
    return KafkaFutures.get(admin.describeFeatures().featureMetadata())
        .finalizedFeatures()
        .entrySet()
        .stream()
        .collect(toMap(Map.Entry::getKey, feature -> (int) feature.getValue().maxVersionLevel()));
  }
}
