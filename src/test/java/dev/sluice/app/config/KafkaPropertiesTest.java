package dev.sluice.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPropertiesTest {

  @Test
  void theyGoToEveryClientUnderKafkasNames() {
    SluiceConfig config =
        Configurations.with(
            Map.of(
                "kafka.bootstrap.servers", "a:1, b:2",
                "kafka.properties.security.protocol", "SSL"));
    assertEquals(
        Map.of("bootstrap.servers", "a:1, b:2", "security.protocol", "SSL"), config.kafkaClient());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl.keystore.password",
        "sasl.oauthbearer.client.credentials.client.SECRET",
        "sasl.oauthbearer.token.endpoint.url",
        "sasl.jaas.config",
        "my.credential",
        "ssl.keystore.key"
      })
  void secretsAreMaskedWhenPrintedButGoToTheClients(String name) {
    SluiceConfig config = Configurations.with("kafka.properties." + name, "hunter2");
    assertEquals("[hidden]", config.printable().get("kafka.properties." + name));
    assertEquals("hunter2", config.kafkaClient().get(name));
  }

  @Test
  void theyArePrintedButNotCanonical() {
    SluiceConfig config = Configurations.with("kafka.properties.security.protocol", "SSL");
    assertEquals("SSL", config.printable().get("kafka.properties.security.protocol"));
    assertEquals(Configurations.with(Map.of()).canonical(), config.canonical());
    assertEquals(config.canonical().size() + 1, config.printable().size());
  }

  @Test
  void theCanonicalFormIsSortedByKey() {
    List<String> keys = List.copyOf(Configurations.with("lora.rank", "8").canonical().keySet());
    assertEquals(keys.stream().sorted().toList(), keys);
  }

  @Test
  void theBrokersHaveOnePlaceOnly() {
    assertEquals(
        List.of("kafka.properties.bootstrap.servers must not be set: use kafka.bootstrap.servers"),
        Configurations.problemsOf(Map.of("kafka.properties.bootstrap.servers", "a:1")));
  }

  @Test
  void kafkasConfigProvidersResolveSecrets(@TempDir Path directory) throws IOException {
    Path secrets = Files.writeString(directory.resolve("secrets.properties"), "pw=hunter2\n");
    SluiceConfig config =
        Configurations.with(
            Map.of(
                "kafka.properties.config.providers",
                "file",
                "kafka.properties.config.providers.file.class",
                FileConfigProvider.class.getName(),
                "kafka.properties.ssl.key.password",
                "${file:" + secrets + ":pw}"));
    assertEquals(
        new Password("hunter2"),
        new AdminClientConfig(config.kafkaClient()).getPassword("ssl.key.password"));
    assertEquals("[hidden]", config.printable().get("kafka.properties.ssl.key.password"));
  }
}
