package dev.sluice.app.config;

import dev.sluice.checkpoint.RetentionPolicy;
import dev.sluice.lora.LoraConfig;
import dev.sluice.model.Quantization;
import dev.sluice.model.RsLoraModel.Precision;
import dev.sluice.serde.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The effective configuration: built-in defaults, overridden by a FinLoRA configuration if there is
 * one, overridden by a file, overridden by the command line. Immutable.
 */
public final class SluiceConfig {

  private final Values values;
  private final KafkaProperties kafkaProperties;
  private final Set<String> overridden;

  private SluiceConfig(Values values, KafkaProperties kafkaProperties, Set<String> overridden) {
    this.values = values;
    this.kafkaProperties = kafkaProperties;
    this.overridden = overridden;
  }

  /**
   * @param file YAML
   * @param overrides by key; they win over the file
   * @throws InvalidConfigurationException with all problems together
   */
  public static SluiceConfig load(Optional<Path> file, Map<String, String> overrides) {
    return load(Map.of(), file, overrides);
  }

  /**
   * @param base settings that stand between the defaults and the file, by key
   * @param file YAML
   * @param overrides by key; they win over the file
   * @throws InvalidConfigurationException with all problems together
   */
  public static SluiceConfig load(
      Map<String, String> base, Optional<Path> file, Map<String, String> overrides) {
    List<String> problems = new ArrayList<>();
    Map<String, String> settings = new LinkedHashMap<>();
    file.ifPresent(
        path -> {
          settings.putAll(YamlFile.read(path, problems));
          addUnknown(settings, String.valueOf(path.getFileName()), problems);
        });
    addUnknown(overrides, "--set", problems);
    settings.putAll(overrides);
    Set<String> overridden = new TreeSet<>(settings.keySet());
    overridden.retainAll(base.keySet());
    base.forEach(settings::putIfAbsent);
    Values values = Values.parse(settings, problems);
    KafkaProperties kafkaProperties = new KafkaProperties(settings);
    kafkaProperties.problem().ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return new SluiceConfig(values, kafkaProperties, overridden);
  }

  /**
   * The same with some keys set anew.
   *
   * @throws InvalidConfigurationException with all problems together
   */
  public SluiceConfig with(Map<String, String> changes) {
    List<String> problems = new ArrayList<>();
    addUnknown(changes, "changes", problems);
    Map<String, String> settings = new HashMap<>(canonical());
    settings.putAll(changes);
    Values changed = Values.parse(settings, problems);
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return new SluiceConfig(changed, kafkaProperties, overridden);
  }

  /** Whether there is such a key; one of an older or a newer Sluice may be unknown. */
  public static boolean isKey(String key) {
    return Declarations.contains(key);
  }

  private static void addUnknown(
      Map<String, String> settings, String source, List<String> problems) {
    settings.keySet().stream()
        .filter(key -> !Declarations.contains(key) && !KafkaProperties.isOne(key))
        .forEach(key -> problems.add(UnknownKey.message(key, source)));
  }

  /** The keys of the base that the file or the command line has set to something of its own. */
  public Set<String> overridden() {
    return Collections.unmodifiableSet(overridden);
  }

  /** The properties that every Kafka client starts from: a new map each time, for adding to. */
  public Map<String, Object> kafkaClient() {
    Map<String, Object> properties = new HashMap<>(kafkaProperties.byName());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    return properties;
  }

  public String bootstrapServers() {
    return values.text(KafkaKeys.BOOTSTRAP_SERVERS);
  }

  public TopicNames topics() {
    return new TopicNames(values.text(KafkaKeys.TOPICS_PREFIX));
  }

  /** The replication factor of new topics; empty for the broker's default. */
  public Optional<Short> topicReplication() {
    int replication = values.integer(KafkaKeys.TOPICS_REPLICATION);
    return replication < 0 ? Optional.empty() : Optional.of((short) replication);
  }

  public String adapterName() {
    return values.text(AdapterKeys.NAME);
  }

  /** The directory of the adapter that a new one starts from; empty for fresh weights. */
  public Optional<Path> adapterStart() {
    String start = values.text(AdapterKeys.START);
    return start.isEmpty() ? Optional.empty() : Optional.of(Path.of(start));
  }

  /** The partitions of the topics that give each adapter a partition of its own. */
  public int adaptersMax() {
    return values.integer(AdapterKeys.MAX);
  }

  /** A directory as Hugging Face lays it out, {@code org/name}, or {@code builtin:} and a name. */
  public String modelDir() {
    return values.text(AdapterKeys.MODEL_DIR);
  }

  public LoraConfig lora() {
    return LoraKeys.from(values);
  }

  public OptimizerSettings optimizer() {
    return OptimizerSettings.from(values);
  }

  public BatchSettings batch() {
    return BatchSettings.from(values);
  }

  public TokenSettings tokens() {
    return TokenSettings.from(values);
  }

  public CheckpointSettings checkpoint() {
    return CheckpointSettings.from(values);
  }

  public SignatureSettings signatures() {
    return SignatureSettings.from(values);
  }

  /** Which versions keep their files when adapters are trimmed. */
  public RetentionPolicy retention() {
    return RetentionKeys.from(values);
  }

  public AlertSettings alerts() {
    return AlertSettings.from(values);
  }

  public IngestSettings ingest() {
    return IngestSettings.from(values);
  }

  public HttpSettings http() {
    return HttpSettings.from(values);
  }

  /** The threads of a training step: at least 1, all cores if the configuration leaves it open. */
  public int computeThreads() {
    int threads = values.integer(ComputeKeys.THREADS);
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** What the base model computes in; empty for what suits the processor. */
  public Optional<Precision> precision() {
    String precision = values.text(ComputeKeys.PRECISION);
    return precision.equals("auto")
        ? Optional.empty()
        : Optional.of(Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
  }

  /** Where the model computes: {@code auto}, {@code cpu} or {@code cuda:} and a number. */
  public String device() {
    return values.text(ComputeKeys.DEVICE);
  }

  /** How the base model's projections are stored. */
  public Quantization quantization() {
    return Quantization.valueOf(values.text(ComputeKeys.QUANTIZATION).toUpperCase(Locale.ROOT));
  }

  /** Whether a layer's activations are computed again for its backward pass. */
  public boolean recompute() {
    return Boolean.parseBoolean(values.text(ComputeKeys.RECOMPUTE));
  }

  public long seed() {
    return values.longInteger(ComputeKeys.SEED);
  }

  /**
   * Every key with its effective value, each value written in one way only, for manifests and
   * hashes. Without {@code kafka.properties.*}.
   */
  public SortedMap<String, String> canonical() {
    return values.canonical();
  }

  /** Every key with its effective value, without secrets, for people. */
  public SortedMap<String, String> printable() {
    SortedMap<String, String> printable = new TreeMap<>(canonical());
    printable.putAll(kafkaProperties.masked());
    return printable;
  }
}
