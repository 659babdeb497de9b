package dev.sluice.app.config;

import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Writes {@code docs/configuration.md} from the declarations. */
public final class ConfigurationDoc {

  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Generated: ./sluice config --docs > docs/configuration.md -->

      Settings come from three places; a later one wins:

      1. the defaults below;
      2. a YAML file: `--config sluice.yaml`;
      3. the command line: `--set key=value`, as often as needed.

      Keys are dotted. In the file they may be nested as well; both forms mean the same:

      ```yaml
      kafka:
        bootstrap.servers: broker-1:9092,broker-2:9092
      adapter.name: sentiment
      model.dir: /models/SmolLM2-135M
      lora:
        rank: 64
        alpha: 16
        target.modules: [q_proj, v_proj]
      batch.linger: 500ms
      ```

      A key that does not exist, is set twice in the file, or has a value out of its bounds is an
      error; all errors are reported together. A duration is a whole number and its unit: `ms`, `s`,
      `m`, `h` or `d`. `sluice config` prints the effective configuration.
      The environment variable `SLUICE_LOG` sets the level of the log on stderr: `INFO` by default.

      ## Kafka clients: TLS, SASL and secrets

      `kafka.properties.<name>` sets the property `<name>` of every Kafka client, whatever it is.
      Keep secrets out of the file: let one of Kafka's config providers read them, from the
      environment for example.

      ```yaml
      kafka.bootstrap.servers: broker-1:9093
      kafka.properties:
        security.protocol: SASL_SSL
        sasl.mechanism: SCRAM-SHA-512
        sasl.jaas.config: >-
          org.apache.kafka.common.security.scram.ScramLoginModule required
          username="sluice" password="${env:SLUICE_PASSWORD}";
        config.providers: env
        config.providers.env.class: org.apache.kafka.common.config.provider.EnvVarConfigProvider
        config.providers.env.param.allowlist.pattern: SLUICE_.*
      ```

      Where the configuration is printed, `[hidden]` stands for the value of every property whose
      name contains `password`, `secret`, `token`, `jaas`, `credential` or `key`. Manifests carry the
      configuration without `kafka.properties`.
      """;

  private ConfigurationDoc() {}

  /** The whole page. */
  public static String markdown() {
    return INTRODUCTION
        + Declarations.groups().stream()
            .map(ConfigurationDoc::section)
            .collect(Collectors.joining());
  }

  private static String section(String group) {
    return "\n## %s\n\n| key | type | default | bounds | unit | meaning |\n|---|---|---|---|---|---|\n"
            .formatted(group)
        + Declarations.keys().stream()
            .filter(key -> key.group.equals(group))
            .map(ConfigurationDoc::row)
            .collect(Collectors.joining());
  }

  private static String row(ConfigKey key) {
    Bounds bounds = Declarations.bounds(key);
    String type = bounds.typeName(key.type);
    String defaultValue = bounds.canonical(key.defaultValue);
    return "| `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            key.name,
            type,
            defaultValue.isEmpty() ? "empty" : "`" + defaultValue + "`",
            bounds,
            key.displayName,
            key.documentation);
  }
}
